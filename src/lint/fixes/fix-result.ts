import type { TextEdit } from "../../terraform/edit/text-edit.js";

/** What puts a finding right, all of it or nothing. */
export interface Fix {
  /** Short, and in the imperative, as an editor offers it. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** What whoever takes the fix has to know. */
  readonly note?: string;
  /** What it adds to a module: no other fix may add the same at the same time, but may use it afterwards. */
  readonly makes?: readonly string[];
}

export type FixResult =
  | { readonly kind: "fix"; readonly fix: Fix }
  /** There is a way, but not one that is surely safe here. */
  | { readonly kind: "refused"; readonly reason: string };

export function refuse(reason: string): FixResult & { readonly kind: "refused" } {
  return { kind: "refused", reason };
}

export function fixWith(
  title: string,
  edits: readonly TextEdit[],
  more: { readonly note?: string; readonly makes?: readonly string[] } = {},
): FixResult {
  return { kind: "fix", fix: { title, edits, ...more } };
}
