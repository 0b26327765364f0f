import type { SourceRange } from "../../terraform/source-range.js";
import type { Assessment } from "../assessment.js";
import { moduleResource } from "../references.js";
import { type FixResult, refuse } from "./fix.js";
import { isInside, isJson, slice, textOfFile, whyReplaced } from "./places.js";

/**
 * Lower case where the address is the argument itself; else `lower(…)` around the argument, since a key that it comes from
 * is part of the invite's address and has to stay.
 */
export function lowerEmail(range: SourceRange, address: string | undefined, assessment: Assessment): FixResult {
  const { resources } = assessment.inventory.configuration;
  const resource = resources.find((one) => one.mode === "managed" && moduleResource(one) === address);
  const email = resource?.block.body.attribute("email")?.value;
  if (resource === undefined || email === undefined) return refuse("the argument that holds it was not found");
  const replaced = whyReplaced(assessment, resource);
  if (replaced !== undefined) return refuse(replaced);
  const { file, start, end } = email.range;
  const written = slice(textOfFile(file, assessment), email.range);
  const edit = (text: string): FixResult => ({
    kind: "fix",
    fix: {
      title: "Write the e-mail address in lower case",
      edits: [{ file, start: start.offset, end: end.offset, text }],
    },
  });
  if (email.kind === "literal" && isInside(range, email.range)) {
    return written.includes("\\") ? refuse("it is written with escapes") : edit(written.toLowerCase());
  }
  if (isJson(file)) return refuse("lower(…) is left to you in JSON syntax");
  return written.startsWith("<<") ? refuse("it is a heredoc") : edit(`lower(${written})`);
}
