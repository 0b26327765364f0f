import { type JsonValue, treeOf, withValue } from "../../terraform/edit/json-edits.js";
import { lineEndAt } from "../../terraform/edit/positions.js";
import type { ForgetBlock } from "./forget-blocks.js";

/** How the file of these blocks begins, by which it is known again. */
const MARK = "Written by tfinvite";

const HEADER = [
  `${MARK}: with these blocks, the next apply takes spent invites out of the state`,
  "and deletes nothing at OpenAI. They are in the way of later invites: once that is",
  "applied, delete this file, or run: tfinvite repair --clean",
] as const;

/** How the blocks have to be written. */
export interface BlockForm {
  readonly json: boolean;
  /** Whether `removed` says `lifecycle { destroy = false }`. */
  readonly lifecycle: boolean;
}

/** True for a file that holds such blocks. */
export function isForgetFile(text: string): boolean {
  return new RegExp(`^\\ufeff?(?:\\{\\s*"//":\\s*\\[?\\s*"|# )${MARK}:`).test(text);
}

/** A file with these blocks, as `terraform fmt` writes it. */
export function forgetFile(blocks: readonly ForgetBlock[], form: BlockForm): string {
  if (form.json) {
    const [moved, removed] = jsonBlocks(blocks, form);
    const file = {
      "//": HEADER.join(" "),
      ...(moved.length > 0 && { moved }),
      ...(removed.length > 0 && { removed }),
    };
    return `${JSON.stringify(file, null, 2)}\n`;
  }
  return `${HEADER.map((line) => `# ${line}\n`).join("")}\n${nativeBlocks(blocks, form).join("\n")}`;
}

/** Such a file with further blocks behind those that are in it; undefined where its text is not what it should be. */
export function withForgetBlocks(text: string, blocks: readonly ForgetBlock[], form: BlockForm): string | undefined {
  if (blocks.length === 0) return text;
  if (form.json) {
    const [moved, removed] = jsonBlocks(blocks, form);
    return removed.reduce<string | undefined>(
      (done, value) => withItem(done, "removed", value),
      moved.reduce<string | undefined>((done, value) => withItem(done, "moved", value), text),
    );
  }
  const lineEnd = lineEndAt(text, 0);
  const gap = text.endsWith("\n") ? "" : lineEnd;
  return (
    text +
    gap +
    nativeBlocks(blocks, form)
      .map((block) => lineEnd + block.replaceAll("\n", lineEnd))
      .join("")
  );
}

function withItem(text: string | undefined, name: string, value: JsonValue): string | undefined {
  const root = text === undefined ? undefined : treeOf(text);
  if (text === undefined || root?.type !== "object") return undefined;
  const list = root.children?.find(({ children }) => children?.[0]?.value === name)?.children?.[1];
  if (list === undefined) return withValue(text, root, [name], [value]);
  return list.type === "array" ? withValue(text, list, [], value) : undefined;
}

function nativeBlocks(blocks: readonly ForgetBlock[], { lifecycle }: BlockForm): string[] {
  return blocks.map((block) => {
    if (block.kind === "moved") return `moved {\n  from = ${block.from}\n  to   = ${block.to}\n}\n`;
    return lifecycle
      ? `removed {\n  from = ${block.from}\n\n  lifecycle {\n    destroy = false\n  }\n}\n`
      : `removed {\n  from = ${block.from}\n}\n`;
  });
}

function jsonBlocks(
  blocks: readonly ForgetBlock[],
  { lifecycle }: BlockForm,
): [moved: JsonValue[], removed: JsonValue[]] {
  const moved: JsonValue[] = [];
  const removed: JsonValue[] = [];
  for (const block of blocks) {
    if (block.kind === "moved") moved.push({ from: block.from, to: block.to });
    else removed.push({ from: block.from, ...(lifecycle && { lifecycle: { destroy: false } }) });
  }
  return [moved, removed];
}
