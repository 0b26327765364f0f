/** The contents of a data file, with offsets into its text. Numbers keep their written form. */
export type DataNode = Stretch &
  (
    | { readonly kind: "null" }
    | { readonly kind: "bool"; readonly value: boolean }
    | { readonly kind: "string" | "number"; readonly text: string }
    | { readonly kind: "list"; readonly layout: Layout; readonly items: readonly DataItem[] }
    | { readonly kind: "map"; readonly layout: Layout; readonly items: readonly DataEntry[] }
  );

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** YAML without brackets is `block`. */
export type Layout = "block" | "flow";

/** An item of a list, or of a map with its key. */
export interface DataItem extends Stretch {
  readonly value: DataNode;
  /** Where the item begins: at its dash where it has one. */
  readonly mark: number;
}

export interface DataEntry extends DataItem {
  readonly name: string;
  /** Where its key is. */
  readonly key: Stretch;
  /** The offset after the colon. */
  readonly colon: number;
  /** Set where the item is merged from another map by `<<`. */
  readonly inherited?: true;
}

export type DataCollection = Extract<DataNode, { readonly items: readonly DataItem[] }>;

/**
 * The tree, or the reason for its absence: `failed` if Terraform rejects the text too, else tfinvite doesn't support
 * it.
 */
export type DataResult =
  | { readonly ok: true; readonly node: DataNode }
  | { readonly ok: false; readonly failed: boolean; readonly reason: string };

/** Deeper documents are not read. */
export const DEEPEST_DATA = 100;
