import { isValueFile } from "../terraform/files/file-names.js";
import { withoutLogCommands } from "./escape.js";
import { maskKeys, maskValues } from "./masking.js";

/** Changed files by the names that they are shown by: a new file has no text before, a deleted one none after. */
export type FileChanges = ReadonlyMap<string, FileChange>;

interface FileChange {
  readonly before?: string;
  readonly after?: string;
  /** What is added is tfinvite's own text, and is shown as it is; of the rest, names are shown. */
  readonly own?: true;
}

/**
 * The changes as `git apply` and `patch -p1` read them, but for API keys, which are masked, the contents of data and
 * variable files, and lines that a CI job's runner would obey.
 */
export async function diffOf(files: FileChanges): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const patches = [...files].map(([file, change]) => {
    const { before, after } = change;
    const [from, to] = [
      before === undefined ? "/dev/null" : `a/${file}`,
      after === undefined ? "/dev/null" : `b/${file}`,
    ];
    const options = { context: 3 };
    const patch = createTwoFilesPatch(from, to, before ?? "", after ?? "", undefined, undefined, options);
    const [, header = "", body = ""] = /^(?:=+\n)?(---.*\n\+\+\+.*\n)?([\s\S]*)$/.exec(patch) ?? [];
    return header + (isValueFile(file) ? maskedBody(body, change) : body);
  });
  return withoutLogCommands(maskKeys(patches.join("")));
}

/** The lines of a file with values, masked; such a patch shows where something changes, and does not apply. */
function maskedBody(body: string, { before = "", own }: FileChange): string {
  // A line that got a comma is not ours.
  const isOwn = (sign: string, line: string) =>
    own === true && sign === "+" && !before.includes(line.replace(/,$/, ""));
  const masked = own === true ? maskAfterName : maskValues;
  return body.replace(/^([ +-])(.*)$/gm, (_, sign: string, line: string) =>
    isOwn(sign, line) ? sign + line : sign + masked(line),
  );
}

/** Masks the value of `name: value`; the whole line where it has another form. */
function maskAfterName(line: string): string {
  const [, name = "", value = line] = /^(\s*(?:- )?(?:"[\w:@./-]+"|[\w-]+):)(.*)$/.exec(line) ?? [];
  return name + maskValues(value);
}
