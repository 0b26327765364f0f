import { Failure } from "./failure.js";
import { type Replacement, replaceAll } from "./replace-files.js";

/** Replaces all of the files or none, and then fails with a Failure that says what is where. `what` is what could not be done: `cannot fix`. */
export async function replaceOrFail(replacements: readonly Replacement[], what: string): Promise<void> {
  const replaced = await replaceAll(replacements);
  if (replaced.ok) return;
  const { name, reason, kept, cause } = replaced;
  const hint =
    kept.length === 0
      ? "Nothing was written: all files are as they were. Put that right and run it again."
      : `These could not be put back, and are beside the changed files: ${kept.join(", ")}`;
  throw new Failure(`${what} ${name}: ${reason}`, hint, { cause });
}
