import path from "node:path";
import type { Configuration, ConfiguredResource } from "../configuration/configuration.js";
import type { Attribute, Block, ParsedFile } from "../configuration/syntax/syntax.js";
import { isModuleFile } from "../files/file-names.js";

/** The names that the module of a resource declares, of all types. */
export interface ModuleNames {
  readonly files: readonly ParsedFile[];
  readonly locals: ReadonlyMap<string, Attribute>;
  /** `data` blocks of a type, with the file that they are in. */
  data(type: string): readonly NamedBlock[];
  /** A name that no other block of the type, or no other local, has: the first of the wanted ones that is free. */
  free(keyword: "data" | "resource" | "locals", type: string, wanted: readonly string[]): string;
}

export interface NamedBlock {
  readonly name: string;
  readonly block: Block;
  readonly file: ParsedFile;
}

export function namesOf({ parsed }: Configuration, { file }: ConfiguredResource): ModuleNames {
  const directory = path.posix.dirname(file.file);
  const files = parsed.filter((one) => path.posix.dirname(one.file) === directory && isModuleFile(one.file));
  const locals = new Map<string, Attribute>();
  for (const one of files)
    for (const { body } of one.body.blocks("locals", 0))
      for (const attribute of body.attributes()) locals.set(attribute.name, attribute);
  const named = (keyword: string, type: string): NamedBlock[] =>
    files.flatMap((one) =>
      one.body.blocks(keyword, 2).flatMap((block) => {
        const [first, second] = block.labels;
        return first?.value === type && second !== undefined ? [{ name: second.value, block, file: one }] : [];
      }),
    );
  return {
    files,
    locals,
    data: (type) => named("data", type),
    free(keyword, type, wanted) {
      const taken = new Set(keyword === "locals" ? locals.keys() : named(keyword, type).map(({ name }) => name));
      const first = wanted.find((name) => !taken.has(name));
      if (first !== undefined) return first;
      for (let number = 2; ; number += 1) {
        const name = `${wanted.at(-1)}_${number}`;
        if (!taken.has(name)) return name;
      }
    },
  };
}
