import path from "node:path";
import { isWithin } from "../../../base/paths.js";
import type { DataFile } from "../../data/data-file.js";
import { OUTSIDE_THE_ROOT } from "../../files/data-file.js";
import type { FileSystem } from "../../files/file-system.js";
import { rangeKey, type SourceRange } from "../../source-range.js";
import { LineIndex } from "../syntax/line-index.js";
import { readTemplate } from "../syntax/native-expression.js";
import { visitExpression } from "../syntax/traversal.js";
import type { SyntaxParser } from "../syntax/tree-sitter.js";
import { type EvaluationBudget, EXHAUSTED, spend, tooLarge } from "./budget.js";
import { decodeCsv, located, type OriginAt, splitText, valueOfNode } from "./data-values.js";
import { evaluate, type FileFunctions, type Scope } from "./evaluate.js";
import { callFunction } from "./functions.js";
import { callResult, fromElsewhere, resultOf } from "./marking.js";
import { boolValue, failed, isFailed, setValue, stringValue, unknown, type Value } from "./value.js";
import { STRING } from "./value-type.js";

/** What takes time to load, and is needed by configurations only that call some function. */
export interface FileTools {
  /** For the places of what `jsondecode` gives. */
  readonly readJson?: typeof import("../../data/json-data.js").readJson;
  /** For `yamldecode`. */
  readonly readYaml?: typeof import("../../data/yaml-data.js").readYaml;
  /** For templates. */
  readonly parser?: SyntaxParser;
}

interface Surroundings {
  readonly fileSystem: FileSystem;
  /** The root module's, absolute. */
  readonly directory: string;
  /** A path as messages show it. */
  display(path: string): string;
}

/** A text that is or comes from a data file. */
interface Place {
  readonly file: string;
  readonly lines: LineIndex;
  /** Where in the file it begins; undefined where it is not there as it is. */
  readonly offset: number | undefined;
  readonly whole: SourceRange;
}

interface KnownFile {
  readonly text: string;
  readonly lines: LineIndex;
  readonly whole: SourceRange;
  readonly readers: Map<string, SourceRange>;
  readonly decoders: Set<string>;
}

/** The data files of one configuration, each read once, and the functions over them. */
export class DataFiles {
  readonly #surroundings: Surroundings;
  readonly #known = new Map<string, KnownFile>();
  readonly #reads = new Map<string, ReturnType<FileSystem["data"]>>();
  readonly #decoded = new Map<string, Value>();
  readonly #markedValues = new WeakMap<Value, Value>();
  tools: FileTools = {};

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get files(): readonly DataFile[] {
    return [...this.#known].map(([file, { text, readers, decoders }]) => ({
      file,
      text,
      readers: [...readers.values()],
      decoders,
    }));
  }

  /** Every file that was looked for, those that are not read as well. */
  get names(): readonly string[] {
    return [...this.#reads.keys()].map(this.#surroundings.display);
  }

  /** See [the functions on files](https://developer.hashicorp.com/terraform/language/functions/file). */
  readonly call: FileFunctions = (name, args, range, budget) => {
    const plain = name.startsWith("core::") ? name.slice("core::".length) : name;
    const value = this.#call(name, args, range, budget);
    if (value === undefined) return undefined;
    const text = DECODERS.has(plain) ? args[plain === "split" ? 1 : 0] : undefined;
    if (text !== undefined && this.#isVerbatim(text)) return this.#marked(value, text, plain === "split");
    const [path] = args;
    if (OF_CONTENTS.has(plain) && path?.kind === "string") {
      const contents = fromElsewhere(stringValue(""), this.#shown(path));
      return plain === "file"
        ? resultOf(fromElsewhere(value, this.#shown(path)), args)
        : callResult(plain, value, [...args, contents]);
    }
    return callResult(plain, value, args);
  };

  /** The name of a file for messages. */
  #shown(path: Value & { readonly kind: "string" }): string {
    const place = this.#placeOnDisk(path.value);
    return path.marks?.sensitive === true || path.marks?.elsewhere !== undefined || place === undefined
      ? "a file"
      : this.#surroundings.display(place);
  }

  /** Whether a text comes unchanged from one file. */
  #isVerbatim(text: Value): boolean {
    const { sensitive, elsewhere } = text.marks ?? {};
    const place = this.#placeOf(text);
    if (place?.offset === undefined || sensitive === true) return false;
    return elsewhere?.from.length === 1 && (elsewhere.from[0] === place.file || elsewhere.from[0] === "a file");
  }

  /** What a file says, each part of it as it is given there; lines and the like are made by splitting it. */
  #marked(value: Value, text: Value, isSplit: boolean): Value {
    const known = this.#markedValues.get(value);
    if (known !== undefined) return known;
    const marked = fromElsewhere(value, text.marks?.elsewhere?.from[0] ?? "a file", isSplit ? "whole" : "part");
    this.#markedValues.set(value, marked);
    return marked;
  }

  readonly #call: FileFunctions = (name, args, range, budget) => {
    const plain = name.startsWith("core::") ? name.slice("core::".length) : name;
    const [first] = args;
    const arity = ARITIES.get(plain);
    if (arity === undefined || first === undefined || args.some(isFailed)) return undefined;
    if (args.length !== arity) return failed(`${plain}() takes another number of arguments`);
    const hole = args.slice(0, plain === "templatefile" ? 1 : undefined).find(({ kind }) => kind === "unknown");
    if (hole !== undefined) return hole;
    if (DECODERS.has(plain)) return this.#decode(plain, args, budget);
    if (first.kind !== "string") return failed("a path is required");
    switch (plain) {
      case "file":
        return this.#read(first.value, range, (text, { whole }) => stringValue(text, { source: whole }));
      case "fileexists":
        return this.#exists(first.value);
      case "fileset":
        return this.#list(first.value, args[1]);
      case "templatefile":
        return this.#template(first.value, args[1], range, budget);
      case "filebase64":
        return this.#read(first.value, range, (text) => stringValue(Buffer.from(text).toString("base64")));
      default:
        return this.#read(first.value, range, (text) => digest(plain, text));
    }
  };

  #placeOnDisk(given: string): string | undefined {
    // Terraform looks for the user's home.
    return given.startsWith("~") ? undefined : path.resolve(this.#surroundings.directory, given);
  }

  #lookAt(place: string): ReturnType<FileSystem["data"]> {
    const known = this.#reads.get(place);
    if (known !== undefined) return known;
    const read = this.#surroundings.fileSystem.data(place, this.#surroundings.directory);
    this.#reads.set(place, read);
    return read;
  }

  #read(given: string, range: SourceRange, then: (text: string, file: KnownFile) => Value): Value {
    const place = this.#placeOnDisk(given);
    if (place === undefined) return unknown(`${given} is not read: it is in the home directory`);
    const read = this.#lookAt(place);
    if (read.kind === "missing") return failed(`there is no file ${given}`);
    if (read.kind !== "text") {
      const told = `${given} is not read: ${read.reason}`;
      return read.kind === "failed" ? failed(told) : unknown(told);
    }
    const shown = this.#surroundings.display(place);
    let file = this.#known.get(shown);
    if (file === undefined) {
      const lines = new LineIndex(shown, read.text);
      const whole = lines.range(0, read.text.length);
      file = { text: read.text, lines, whole, readers: new Map(), decoders: new Set() };
      this.#known.set(shown, file);
    }
    file.readers.set(rangeKey(range), range);
    return then(read.text, file);
  }

  #exists(given: string): Value {
    const place = this.#placeOnDisk(given);
    if (place === undefined) return unknown(`${given} is not looked at: it is in the home directory`);
    const read = this.#lookAt(place);
    if (read.kind === "text") return boolValue(true);
    if (read.kind === "missing") return boolValue(false);
    if (read.isFile === true) return boolValue(true);
    return read.kind === "failed" ? failed(`${given}: ${read.reason}`) : unknown(`${given}: ${read.reason}`);
  }

  /** `fileset` of one folder; a `**` would lead into others. */
  #list(given: string, pattern: Value | undefined): Value {
    if (pattern?.kind !== "string") return failed("a pattern is required");
    const folder = path.posix.dirname(pattern.value);
    const last = path.posix.basename(pattern.value);
    if (/[*?[\]{}\\]/.test(folder) || /[[\]{}\\]|\*\*/.test(last) || /[*?[\]{}\\]/.test(given))
      return unknown(`fileset() with the pattern ${pattern.value} is not evaluated here`);
    const place = this.#placeOnDisk(path.join(given, folder));
    if (place === undefined) return unknown(`${given} is not looked at: it is in the home directory`);
    if (!isWithin(this.#surroundings.directory, place))
      return unknown(`${given} is not looked at: ${OUTSIDE_THE_ROOT}`);
    const wanted = new RegExp(
      `^${last
        .replace(/[.+^$()|]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".")}$`,
      "su",
    );
    const found: Value[] = [];
    for (const name of this.#surroundings.fileSystem.list(place) ?? []) {
      if (!wanted.test(name)) continue;
      const read = this.#lookAt(path.join(place, name));
      // A link to a folder is not a file. What is in a folder outside is not named either.
      if (read.kind === "unread" && read.isFile !== true) return unknown(`${given} is not looked at: ${read.reason}`);
      if (read.kind !== "text" && !("isFile" in read && read.isFile === true)) continue;
      // The file itself is what its name comes from.
      const start = new LineIndex(this.#surroundings.display(path.join(place, name)), "").range(0, 0);
      found.push(stringValue(path.posix.join(folder, name), { source: start }));
    }
    return setValue(found, {}, STRING);
  }

  #template(given: string, variables: Value | undefined, range: SourceRange, budget: EvaluationBudget): Value {
    if (variables === undefined || variables.kind === "unknown") return variables ?? failed("too few arguments");
    if (variables.kind !== "object") return failed("the variables of a template are a map");
    const { entries } = variables;
    const wrong = [...entries.keys()].find((name) => !/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name));
    if (wrong !== undefined) return failed(`"${wrong}" is not a valid name for a template variable`);
    const { parser } = this.tools;
    return this.#read(given, range, (text, { lines, whole }) => {
      if (parser === undefined || text.startsWith("\ufeff")) return unknown(`the template ${given} is not read`);
      if (!spend(budget, text.length)) return EXHAUSTED;
      const source = { text, range: (start: number, end: number) => lines.range(start, end) };
      const expression = readTemplate(parser, source, 0, text.length, "bare", whole);
      const names = new Set(entries.keys());
      visitExpression(expression, (part) => {
        if (part.kind === "for") for (const name of [part.keyName, part.valueName]) if (name) names.add(name);
      });
      let missing: string | undefined;
      visitExpression(expression, (part) => {
        if (part.kind === "reference" && !names.has(part.root)) missing ??= part.root;
      });
      if (missing !== undefined) return failed(`the template ${given} has a variable that it is not given`);
      const inner: Scope = {
        budget,
        files: (name, ...rest) =>
          /^(?:core::)?templatefile$/.test(name) ? failed("a template in a template") : this.call(name, ...rest),
        resolve: (root) => ({
          value: entries.get(root)?.value ?? failed("there is no such name in the template"),
          consumed: 0,
        }),
      };
      const made = evaluate(expression, inner);
      return made.kind === "null" ? failed(`the template ${given} gives null`) : made;
    });
  }

  // --- texts that are read as something ---------------------------------------------------------------------------

  /** Where a text is in a data file; undefined where it comes from none. */
  #placeOf(value: Value): Place | undefined {
    if (value.kind !== "string" || value.source === undefined) return undefined;
    const { file } = value.source;
    const known = this.#known.get(file);
    if (known === undefined || rangeKey(value.source) !== rangeKey(known.whole)) return undefined;
    const at = known.text.indexOf(value.value);
    const isThere = at >= 0 && value.value !== "" && known.text.indexOf(value.value, at + 1) === -1;
    return { file, lines: known.lines, offset: isThere ? at : undefined, whole: known.whole };
  }

  #decode(name: string, args: readonly Value[], budget: EvaluationBudget): Value | undefined {
    const text = args[name === "split" ? 1 : 0];
    if (text?.kind !== "string") return undefined;
    const place = this.#placeOf(text);
    if (place === undefined && (name === "split" || name === "jsondecode")) return undefined;
    const separator = name === "split" && args[0]?.kind === "string" ? args[0].value : "";
    const key = [name, separator, place?.file, place?.offset, text.value].join("\0");
    const known = this.#decoded.get(key);
    if (known !== undefined) return known;
    if (!spend(budget, text.value.length / 4)) return EXHAUSTED;
    if (place !== undefined) this.#known.get(place.file)?.decoders.add(name);
    const decoded = this.#valueOf(name, separator, text, originIn(place));
    const value = tooLarge([decoded], budget) ?? decoded;
    this.#decoded.set(key, value);
    return value;
  }

  #valueOf(name: string, separator: string, text: Value & { kind: "string" }, at: OriginAt): Value {
    switch (name) {
      case "split":
        return splitText(callFunction(name, [stringValue(separator), text]), text.value, separator, at);
      case "csvdecode":
        return decodeCsv(text.value, at);
      case "jsondecode": {
        const value = callFunction(name, [text]);
        const read = this.tools.readJson?.(text.value);
        return read?.ok === true ? located(value, read.node, at) : value;
      }
      default: {
        const read = this.tools.readYaml?.(text.value);
        if (read === undefined) return unknown("yamldecode() is not evaluated here");
        if (read.ok) return valueOfNode(read.node, at);
        return (read.failed ? failed : unknown)(`yamldecode(): ${read.reason}`);
      }
    }
  }
}

const DECODERS: ReadonlySet<string> = new Set(["yamldecode", "jsondecode", "csvdecode", "split"]);

/** Functions whose result comes from the contents of a file. */
const OF_CONTENTS: ReadonlySet<string> = new Set(
  "file filebase64 filebase64sha256 filebase64sha512 filemd5 filesha1 filesha256 filesha512 templatefile".split(" "),
);

const DIGESTS: ReadonlyMap<string, readonly [algorithm: string, encoding: "hex" | "base64"]> = new Map([
  ["filemd5", ["md5", "hex"]],
  ["filesha1", ["sha1", "hex"]],
  ["filesha256", ["sha256", "hex"]],
  ["filesha512", ["sha512", "hex"]],
  ["filebase64sha256", ["sha256", "base64"]],
  ["filebase64sha512", ["sha512", "base64"]],
]);

/** How many arguments each of the functions takes. */
const ARITIES: ReadonlyMap<string, number> = new Map([
  ...["file", "fileexists", "filebase64", "yamldecode", "jsondecode", "csvdecode", ...DIGESTS.keys()].map(
    (name): [string, number] => [name, 1],
  ),
  ["fileset", 2],
  ["templatefile", 2],
  ["split", 2],
]);

function digest(name: string, text: string): Value {
  const [algorithm, encoding] = DIGESTS.get(name) ?? ["md5", "hex"];
  const { createHash } = process.getBuiltinModule("node:crypto");
  return stringValue(createHash(algorithm).update(text, "utf8").digest(encoding));
}

/** What is made of a file's text, and not there as it is, comes from the file as a whole. */
function originIn(place: Place | undefined): OriginAt {
  if (place === undefined) return () => ({});
  const { lines, offset, whole } = place;
  if (offset === undefined) return () => ({ source: whole });
  return (start, end) => ({ source: lines.range(offset + start, offset + end) });
}
