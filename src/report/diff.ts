import { maskKeys } from "./masking.js";

/** Changed files by the names that they are shown by: a new file has no text before, a deleted one none after. */
export type FileChanges = ReadonlyMap<string, { readonly before?: string; readonly after?: string }>;

/** The changes as `git apply` and `patch -p1` read them, but for API keys, which are masked. */
export async function diffOf(files: FileChanges): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const patches = [...files].map(([file, { before, after }]) => {
    const [from, to] = [
      before === undefined ? "/dev/null" : `a/${file}`,
      after === undefined ? "/dev/null" : `b/${file}`,
    ];
    const options = { context: 3 };
    return createTwoFilesPatch(from, to, before ?? "", after ?? "", undefined, undefined, options).replace(/^=+\n/, "");
  });
  return maskKeys(patches.join(""));
}
