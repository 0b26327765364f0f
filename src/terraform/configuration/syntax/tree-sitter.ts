import type { TreeCursor } from "web-tree-sitter";
import { readInstalledFile } from "../../../base/installed-files.js";
import { fillGrammarGaps, fillLongBlanks } from "./grammar-gaps.js";

/** A node of the concrete syntax tree, detached from tree-sitter's own memory. Offsets count UTF-16 units. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly SyntaxNode[];
}

/** Parses HCL native syntax with the grammar of https://github.com/tree-sitter-grammars/tree-sitter-hcl. */
export interface SyntaxParser {
  /**
   * The tree without comments, or undefined where the grammar finds the text broken.
   * Nodes of the types in `leaves` come without their children.
   */
  parse(text: string, leaves: ReadonlySet<string>): SyntaxNode | undefined;
}

/** A part of the program itself is not where it was installed. */
export class MissingGrammarError extends Error {
  override readonly name = "MissingGrammarError";
}

/** Milliseconds that this process has computed: a sound text does not become a broken one because others compute, too. */
const computed = () => process.cpuUsage().user / 1000;

/**
 * Milliseconds of these. tree-sitter reads some 3 MB a second, but on broken text its attempts to go on take time that grows with
 * the square of it. After ten times as long as a sound text could need, it counts as broken.
 */
const PATIENCE = 250;
const PATIENCE_FOR_A_CHARACTER = 0.003;

let loading: Promise<SyntaxParser> | undefined;

/** Loads tree-sitter and the grammar, once in a process. Throws MissingGrammarError where the installation lacks them. */
export function loadSyntaxParser(): Promise<SyntaxParser> {
  loading ??= load();
  return loading;
}

async function load(): Promise<SyntaxParser> {
  const runtime = installed("web-tree-sitter.wasm", "web-tree-sitter/web-tree-sitter.wasm");
  const grammar = installed(
    "tree-sitter-terraform.wasm",
    "@tree-sitter-grammars/tree-sitter-hcl/tree-sitter-terraform.wasm",
  );
  const { Language, Parser } = await import("web-tree-sitter");
  await Parser.init({ wasmBinary: runtime });
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  const parseOnce = (text: string, leaves: ReadonlySet<string>): SyntaxNode | undefined => {
    const deadline = computed() + PATIENCE + text.length * PATIENCE_FOR_A_CHARACTER;
    const tree = parser.parse(text, null, { progressCallback: () => computed() > deadline });
    if (tree === null) {
      parser.reset();
      return undefined;
    }
    try {
      if (tree.rootNode.hasError) return undefined;
      const cursor = tree.walk();
      try {
        return detach(cursor, leaves);
      } finally {
        cursor.delete();
      }
    } finally {
      tree.delete();
    }
  };
  return {
    parse(original, leaves) {
      const text = fillLongBlanks(original);
      // `a = 1e5` before a block is not even broken to the grammar: it makes the block one of the type `e5`.
      const mayMislead = /[0-9][eE][-+]?[0-9]/.test(text);
      const node = mayMislead ? undefined : parseOnce(text, leaves);
      if (node !== undefined) return node;
      const filled = fillGrammarGaps(text);
      if (filled === undefined && !mayMislead) return undefined;
      return parseOnce(filled ?? text, leaves);
    },
  };
}

/** Copies a tree without recursion: its depth is the file's to choose. */
function detach(cursor: TreeCursor, leaves: ReadonlySet<string>): SyntaxNode {
  const copy = () => {
    const children: SyntaxNode[] = [];
    return { type: cursor.nodeType, start: cursor.startIndex, end: cursor.endIndex, children };
  };
  const root = copy();
  const parents: (typeof root)[] = [];
  let current = root;
  const attach = (parent: typeof root) => {
    current = copy();
    if (current.type !== "comment") parent.children.push(current);
  };
  for (;;) {
    if (!leaves.has(current.type) && cursor.gotoFirstChild()) {
      parents.push(current);
      attach(current);
      continue;
    }
    for (;;) {
      const parent = parents[parents.length - 1];
      if (parent === undefined) return root;
      if (cursor.gotoNextSibling()) {
        attach(parent);
        break;
      }
      cursor.gotoParent();
      current = parent;
      parents.pop();
    }
  }
}

function installed(name: string, specifier: string): Buffer {
  const file = readInstalledFile(name, specifier);
  if (file !== undefined) return file;
  throw new MissingGrammarError(
    `${name}, which reads Terraform files, is missing from this installation of tfinvite. Install tfinvite again.`,
  );
}
