import { lowerCaseEmail } from "../../base/email.js";
import type { InviteEntry } from "../../invites/inventory.js";
import type { Assessment } from "../../invites/planned/assessment.js";
import { moduleResource } from "../../invites/references.js";
import type { Expression } from "../../terraform/configuration/syntax/syntax.js";
import { slice } from "../../terraform/edit/positions.js";
import { isJsonFile } from "../../terraform/files/file-names.js";
import { isInside, type SourceRange } from "../../terraform/source-range.js";
import { type FixResult, fixWith, refuse, textOfFile, whyReplaced } from "./fix-result.js";

/**
 * Lower case where the address is the argument itself; else `lower(…)` around the argument, since a key that it comes from
 * is part of the invite's address and has to stay.
 */
export function lowerEmail(range: SourceRange, address: string | undefined, assessment: Assessment): FixResult {
  const { resources } = assessment.inventory.configuration;
  const resource = resources.find((one) => one.mode === "managed" && moduleResource(one) === address);
  const email = resource?.block.body.attribute("email")?.value;
  if (resource === undefined || email === undefined) return refuse("the argument that holds it was not found");
  // Where the state has lower case already, the next apply replaces it as it is written now, and not after the edit.
  const replaced = whyReplaced(assessment, resource, { isSame: isInLowerCase });
  if (replaced !== undefined) return refuse(replaced);
  const { file, start, end } = email.range;
  const written = slice(textOfFile(file, assessment), email.range);
  const edit = (text: string): FixResult =>
    fixWith(
      "Write the email address in lower case",
      { file, start: start.offset, end: end.offset, text },
      { isSame: isInLowerCase },
    );
  if (email.kind === "literal" && isInside(range, email.range)) {
    return written.includes("\\") ? refuse("it is written with escapes") : edit(lowerCaseEmail(written));
  }
  if (isJsonFile(file)) {
    const lowered = loweredJson(email, written);
    return lowered === undefined ? refuse("it is written with escapes") : edit(lowered);
  }
  return written.startsWith("<<") ? refuse("it is a heredoc") : edit(`lower(${written})`);
}

function isInLowerCase({ objects }: InviteEntry): boolean {
  return objects.every(({ email }) => email !== undefined && email === lowerCaseEmail(email));
}

/** `lower(…)` around what a JSON string holds; undefined where that would have to be escaped twice. */
function loweredJson({ kind }: Expression, written: string): string | undefined {
  const inner = /^"\$\{(~?)\s*([\s\S]*?)\s*(~?)\}"$/.exec(written);
  if (kind !== "template" && inner !== null) return `"\${${inner[1]}lower(${inner[2]})${inner[3]}}"`;
  return written.includes("\\") || !written.startsWith('"') ? undefined : `"\${lower(\\${written.slice(0, -1)}\\")}"`;
}
