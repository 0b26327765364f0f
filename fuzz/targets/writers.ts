import path from "node:path";
import { fixFiles } from "../../src/lint/fix-files.js";
import { lintOnce } from "../../src/lint/lint-once.js";
import { parseExpression, parseFile } from "../../src/terraform/configuration/syntax/parse-file.js";
import type { Block, Body } from "../../src/terraform/configuration/syntax/syntax.js";
import type { DataItem, DataNode } from "../../src/terraform/data/data-node.js";
import { readJson } from "../../src/terraform/data/json-data.js";
import { readYaml } from "../../src/terraform/data/yaml-data.js";
import { withoutData } from "../../src/terraform/edit/data-edits.js";
import { nativeBlock } from "../../src/terraform/edit/new-blocks.js";
import { literalTerm } from "../../src/terraform/edit/term.js";
import { applyEdits, editTexts } from "../../src/terraform/edit/text-edit.js";
import { emptyFileSystem, overlayFileSystem } from "../../src/terraform/files/overlay-file-system.js";
import { quoteHclString, readHclString } from "../../src/terraform/hcl-string.js";
import { quoteWord, type Shell, ShellQuotingError } from "../../src/terraform/shell/shell-quoting.js";
import type { Random } from "../random.js";
import { FOLDER, HEAD } from "./files.js";
import { HCL_PIECES, holds, JSON_PIECES, SIGNS, type Target } from "./target.js";

/** `lint --fix`: if the input was HCL, the output is HCL, has all the blocks of the input, and a second fix changes nothing. */
async function runFix(bytes: Buffer): Promise<void> {
  const given = `${bytes.toString("utf8")}\n${HEAD}`;
  const fix = async (text: string) => {
    const fileSystem = overlayFileSystem(new Map([[path.join(FOLDER, "main.tf"), text]]), emptyFileSystem);
    const surroundings = { cwd: FOLDER, env: {}, fileSystem };
    const lint: Parameters<typeof fixFiles>[0] = (one) => lintOnce({ targets: ["."] }, { ...surroundings, ...one });
    return (await fixFiles(lint, surroundings)).files.get("main.tf");
  };
  const fixed = await fix(given);
  if (fixed === undefined) return;
  holds(fixed.before === given, "it was another text before");
  const [before, after] = await Promise.all(
    [given, fixed.after].map((text) => parseFile("main.tf", text, { validate: true })),
  );
  holds(before?.problems.length === 0, "broken HCL was edited", fixed);
  holds(after?.problems.length === 0, "what was written is no HCL", fixed);
  const kept = new Set(headersOf(after.body));
  // A fix removes these: blocks that forget objects that are in no state.
  const gone = headersOf(before.body).filter((header) => !kept.has(header) && !header.startsWith("removed"));
  holds(gone.length === 0, "a block is gone", { gone, ...fixed });
  holds((await fix(fixed.after)) === undefined, "it is fixed a second time", fixed);
}

function headersOf(body: Body): string[] {
  return body.allBlocks().map(({ type, labels }) => [type, ...labels.map(({ value }) => value)].join(" "));
}

/** `repair --as blocks --write`: removes a block, adds another one, and keeps the text of the others. */
async function runBlocks(bytes: Buffer, random: Random): Promise<void> {
  const text = bytes.toString("utf8");
  const before = await parseFile("main.tf", text, { validate: true });
  const blocks = before.body.allBlocks();
  if (before.problems.length > 0 || blocks.length === 0) return;
  const block = random.pick(blocks);
  const words = text.slice(0, random.below(60));
  const made = nativeBlock({ keyword: "locals", arguments: { fuzz: literalTerm(words) } }, "\n");
  const end = { file: "main.tf", start: text.length, end: text.length, text: `\n\n${made}\n` };
  const result = await editTexts([{ block: block.range }, end], () => text);
  // Where the parts touch, or the last line is part of a heredoc or a comment.
  if (!result.ok) return;
  const changed = result.texts.get("main.tf") ?? text;
  const after = await parseFile("main.tf", changed, { validate: true });
  const writtenIn = (whole: string, all: readonly Block[]) =>
    all.map(({ range }) => whole.slice(range.start.offset, range.end.offset));
  const left = writtenIn(
    text,
    blocks.filter((one) => one !== block),
  );
  const found = writtenIn(changed, after.body.allBlocks());
  holds(JSON.stringify(found) === JSON.stringify([...left, made]), "other blocks changed", { text, changed });
  const names = (body: Body) => body.attributes().map(({ name }) => name);
  holds(`${names(before.body)}` === `${names(after.body)}`, "other arguments changed", { text, changed });
  const value = after.body.allBlocks().at(-1)?.body.attribute("fuzz")?.value;
  const said = value?.kind === "literal" ? value.value : undefined;
  holds(said === wellFormed(words).normalize("NFC"), "the new block says something else", { words, said });
}

/** A JSON value without one of its items. */
function saidBy(node: DataNode, without: DataItem | undefined): unknown {
  if (node.kind === "list")
    return node.items.filter((one) => one !== without).map(({ value }) => saidBy(value, without));
  if (node.kind === "map")
    return Object.fromEntries(
      node.items.filter((one) => one !== without).map(({ name, value }) => [name, saidBy(value, without)]),
    );
  return node.kind === "null" ? null : node.kind === "bool" ? node.value : [node.kind, node.text];
}

/** Edits of data files: one item is removed, and the rest of the document has the same values. */
async function runDataEdits(bytes: Buffer, random: Random): Promise<void> {
  const text = bytes.toString("utf8");
  for (const [language, read] of [["json", readJson] as const, ["yaml", readYaml] as const]) {
    const before = read(text);
    if (!before.ok) continue;
    const items: DataItem[] = [];
    const visit = (node: DataNode) => {
      if (node.kind !== "list" && node.kind !== "map") return;
      for (const item of node.items) {
        items.push(item);
        if (items.length < 1000) visit(item.value);
      }
    };
    visit(before.node);
    if (items.length === 0) continue;
    const item = random.pick(items);
    const { start, end } = "key" in item ? item : item.value;
    const edits = withoutData({ file: "people", text, language, read }, [{ start, end }]);
    if (!edits.ok) continue;
    const changed = applyEdits(text, edits.edits);
    const after = changed === undefined ? undefined : read(changed);
    holds(after?.ok === true, "what was written cannot be read", { text, changed });
    if (language === "json") JSON.parse((changed ?? "").replace(/^\ufeff/, ""));
    const [one, other] = [saidBy(before.node, undefined), saidBy(after.node, undefined)].map((part) =>
      JSON.stringify(part),
    );
    holds(one !== other, "nothing went", { text, changed, start, end });
  }
}

/** Half of a surrogate pair is not a character. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString("utf8");
}

async function runHclQuoting(bytes: Buffer, random: Random): Promise<void> {
  const word = random.below(2) === 0 ? bytes.toString("utf8") : bytes.toString("utf16le");
  const also = random.pick(["", "!", '"', "{", "'"]);
  const quoted = quoteHclString(word, also);
  const wanted = wellFormed(word);
  const read = readHclString(quoted, 0);
  holds(read.ok && read.value === wanted && read.end === quoted.length, "another word is read", { word, quoted });
  const expression = await parseExpression(quoted);
  const value = expression?.kind === "literal" ? expression.value : undefined;
  // cty normalizes every string in the same way.
  holds(value === wanted.normalize("NFC"), "an expression says another word", { word, quoted, value });
}

/** A quoted text is one word; with the quoting rules of the shells that are simple to parse. */
const UNQUOTED: Readonly<Partial<Record<Shell, (quoted: string) => string>>> = {
  bash: (quoted) =>
    quoted.replace(/'([^']*)'|\\([\s\S])|([\s\S])/g, (_, inside?: string, escaped?: string, bare?: string) => {
      holds(bare === undefined, "text outside of quotes", quoted);
      return inside ?? escaped ?? "";
    }),
  pwsh: (quoted) => {
    const inside = quoted.slice(1, -1).replace(/(['\u2018-\u201b])\1/g, "\0$1");
    holds(!/(?<!\0)['\u2018-\u201b]/.test(inside), "a quote ends the word", quoted);
    return inside.replaceAll("\0", "");
  },
};

async function runShellQuoting(bytes: Buffer): Promise<void> {
  const word = bytes.toString("utf8");
  for (const shell of ["bash", "zsh", "fish", "powershell", "pwsh", "cmd"] as const) {
    try {
      const quoted = quoteWord(word, shell);
      const back = UNQUOTED[shell]?.(quoted) ?? word;
      holds(back === word, `another word arrives in ${shell}`, { word, quoted, back });
    } catch (error) {
      if (!(error instanceof ShellQuotingError)) throw error;
    }
  }
}

export const WRITER_TARGETS: readonly Target[] = [
  { name: "fix", seeds: /\.tf$/, pieces: HCL_PIECES, run: runFix },
  { name: "blocks", seeds: /\.tf$/, pieces: HCL_PIECES, run: runBlocks },
  {
    name: "data-edits",
    seeds: /\.ya?ml$|data-files\/.*\.json$/,
    pieces: [...JSON_PIECES, "- ", "&a ", "*a", "<<: *a\n", "|\n", "\n  ", "a: ", "# why\n", "[", "]", ", "],
    run: runDataEdits,
  },
  {
    name: "hcl-quoting",
    seeds: /state-list[^/]*\.txt$/,
    pieces: [...SIGNS, "${", "%{", "$${", "\\u", "\u00a0"],
    run: runHclQuoting,
    growsFrom: "",
  },
  {
    name: "shell-quoting",
    seeds: /state-list[^/]*\.txt$/,
    pieces: [...SIGNS, "\\\\", "''", "\u2019", "%PATH%", "!!", "^", "`"],
    run: runShellQuoting,
    growsFrom: "",
  },
];
