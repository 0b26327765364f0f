import { type NewBlock, nativeBlock, withJsonBlock } from "../../terraform/edit/new-blocks.js";
import { lineEndAt } from "../../terraform/edit/positions.js";
import type { ForgetBlock } from "./forget-blocks.js";

/** How the file of these blocks begins, by which it is known again. */
const MARK = "Written by tfinvite";

const HEADER = [
  `${MARK}: with these blocks, the next apply removes used invites from the state`,
  "and deletes nothing at OpenAI. They block re-inviting the same people: once they are",
  "applied, delete this file, or run: tfinvite repair --clean",
] as const;

const NATIVE_HEADER = HEADER.map((line) => `# ${line}\n`).join("");
const JSON_HEADER = `${JSON.stringify({ "//": HEADER.join(" ") }, null, 2)}\n`;

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
  const header = form.json ? JSON_HEADER : NATIVE_HEADER;
  return withForgetBlocks(header, blocks, form) ?? header;
}

/** Such a file with further blocks behind those that are in it; undefined where its text is not what it should be. */
export function withForgetBlocks(text: string, blocks: readonly ForgetBlock[], form: BlockForm): string | undefined {
  const added = blocks.map((block) => newBlock(block, form));
  if (form.json) return added.reduce<string | undefined>((done, block) => done && withJsonBlock(done, block), text);
  const lineEnd = lineEndAt(text, 0);
  const gap = added.length === 0 || text.endsWith("\n") ? "" : lineEnd;
  return text + gap + added.map((block) => lineEnd + nativeBlock(block, lineEnd) + lineEnd).join("");
}

function newBlock(block: ForgetBlock, { lifecycle }: BlockForm): NewBlock {
  const { kind: keyword, ...names } = block;
  const keep: NewBlock = { keyword: "lifecycle", arguments: { destroy: "false" } };
  return { keyword, arguments: names, ...(keyword === "removed" && lifecycle && { blocks: [keep] }) };
}
