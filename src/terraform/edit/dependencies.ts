import path from "node:path";
import { memoize } from "../../base/memoize.js";
import type { Configuration } from "../configuration/configuration.js";
import type { Attribute, Body, Expression, ParsedFile } from "../configuration/syntax/syntax.js";
import { resourceIn, visitBody, visitExpression } from "../configuration/syntax/traversal.js";
import { isVariableFile } from "../files/file-names.js";
import { isInside, type SourceRange } from "../source-range.js";

/** The dependencies in a configuration, by name and module directory; instances of a module are not distinguished. */
export interface Dependencies {
  /** The names whose values a place is part of. */
  namesAt(file: string, offset: number): readonly string[];
  /** These names and everything that is made from them, however far. */
  madeFrom(names: readonly string[]): ReadonlySet<string>;
}

/**
 * A name in the module of a directory: `var.team`, `local.people`, `openai_invite.team`, `module.squads`,
 * `module.squads.ids`.
 */
export function nameIn(directory: string, name: string): string {
  return `${directory}\0${name}`;
}

/** `openai_invite.team["a"]`. */
export function withKey(name: string, key: string | number | boolean | null | undefined): string {
  return key === undefined ? name : `${name}[${JSON.stringify(key)}]`;
}

/** Arguments that order things or say how they are changed, and no value is made from. */
const WITHOUT_VALUES: ReadonlySet<string> = new Set(["depends_on", "lifecycle", "provider", "providers"]);

/** Blocks whose every argument is part of what their name stands for. */
const NAMED_BLOCKS = [
  { type: "variable", labelCount: 1, prefix: "var." },
  { type: "output", labelCount: 1, prefix: "output." },
  { type: "resource", labelCount: 2, prefix: "" },
  { type: "data", labelCount: 2, prefix: "data." },
] as const;

/** Something that names are made in. */
interface Definition {
  readonly names: readonly string[];
  readonly range: SourceRange;
  /** Names that it reads. */
  readonly reads: readonly string[];
}

export const dependenciesOf = memoize((configuration: Configuration): Dependencies => {
  const definitions = configuration.parsed.flatMap((file) => definitionsIn(file, configuration));
  for (const { path: names, directory, block } of configuration.modules) {
    const call = nameIn(path.posix.dirname(block.headerRange.file), `module.${names.at(-1)}`);
    for (const file of configuration.parsed) {
      if (path.posix.dirname(file.file) !== directory) continue;
      for (const { labels, range } of file.body.blocks("output", 1)) {
        const output = labels[0]?.value ?? "";
        definitions.push({ names: [`${call}.${output}`], range, reads: [nameIn(directory, `output.${output}`)] });
      }
    }
  }
  const readers = new Map<string, Definition[]>();
  for (const definition of definitions) {
    for (const name of definition.reads) readers.set(name, [...(readers.get(name) ?? []), definition]);
  }
  const namesIn = (file: string, offset: number) =>
    definitions
      .filter(({ range }) => range.file === file && range.start.offset <= offset && offset < range.end.offset)
      .flatMap(({ names }) => names);
  const dataFiles = new Map(configuration.dataFiles.map((one) => [one.file, one.readers]));
  return {
    // The contents of a data file are part of every value that reads it.
    namesAt: (file, offset) => [
      ...namesIn(file, offset),
      ...(dataFiles.get(file) ?? []).flatMap(({ file: reader, start }) => namesIn(reader, start.offset)),
    ],
    madeFrom(names) {
      const made = new Set(names);
      for (const name of made) {
        for (const reader of readers.get(name) ?? []) for (const one of reader.names) made.add(one);
      }
      return made;
    },
  };
});

function definitionsIn(file: ParsedFile, configuration: Configuration): Definition[] {
  const directory = path.posix.dirname(file.file);
  const own = (name: string) => nameIn(directory, name);
  if (isVariableFile(file.file)) {
    const root = path.posix.normalize(configuration.directory);
    return file.body
      .attributes()
      .map(({ name, range }) => ({ names: [nameIn(root, `var.${name}`)], range, reads: [] }));
  }
  const definitions: Definition[] = [];
  for (const { body } of file.body.blocks("locals", 0)) {
    for (const { name, range, value } of body.attributes()) {
      definitions.push({ names: [own(`local.${name}`)], range, reads: readBy(value, directory) });
    }
  }
  for (const { type, labelCount, prefix } of NAMED_BLOCKS) {
    for (const { labels, range, body } of file.body.blocks(type, labelCount)) {
      const name = own(prefix + labels.map(({ value }) => value).join("."));
      definitions.push({ names: [name], range, reads: bodyReads(body, directory) });
    }
  }
  for (const block of file.body.blocks("module", 1)) {
    const called = configuration.modules.filter(({ range }) => isInside(range, block.headerRange));
    const call = own(`module.${block.labels[0]?.value}`);
    for (const { name, range, value } of block.body.attributes()) {
      if (WITHOUT_VALUES.has(name)) continue;
      const repeats = name === "for_each" || name === "count";
      // What a module that was not followed makes of an argument is not known.
      const names = repeats || called.length === 0 ? [call] : called.map((one) => nameIn(one.directory, `var.${name}`));
      definitions.push({ names, range, reads: readBy(value, directory) });
    }
  }
  return definitions;
}

function bodyReads(body: Body, directory: string): string[] {
  const names: string[] = [];
  visitBody(
    body,
    (expression) => names.push(...namesOf(expression, directory)),
    ({ name }: Attribute) => !WITHOUT_VALUES.has(name),
  );
  return names;
}

/** The names that an expression reads, wherever in it. */
export function readBy(expression: Expression, directory: string): string[] {
  const names: string[] = [];
  visitExpression(expression, (part) => names.push(...namesOf(part, directory)));
  return names;
}

/** With the key where it is written out, a resource has two names: `openai_invite.team`, and that with the key. */
function namesOf(expression: Expression, directory: string): string[] {
  if (expression.kind !== "reference") return [];
  const { root, steps } = expression;
  const [first, ...rest] = steps;
  const name = first?.kind === "attribute" ? first.name : undefined;
  if (name === undefined || ["each", "count", "path", "terraform", "tofu", "self"].includes(root)) return [];
  if (root === "var" || root === "local") return [nameIn(directory, `${root}.${name}`)];
  if (root === "module") {
    const output = rest.find((step) => step.kind === "attribute");
    const call = nameIn(directory, `module.${name}`);
    return output?.kind === "attribute" ? [call, `${call}.${output.name}`] : [call];
  }
  const resource = resourceIn(root, steps);
  if (resource === undefined) return [];
  const of = `${resource.mode === "data" ? "data." : ""}${resource.type}.${resource.name}`;
  return [nameIn(directory, withKey(of, resource.key))];
}
