import { parseFile } from "./parse-file.js";
import type { Expression } from "./syntax.js";

/**
 * An expression that is text in some other place: a type in JSON syntax, a value on the command line.
 * Undefined where it is none. Its ranges mean nothing to a user.
 */
export async function parseExpression(text: string): Promise<Expression | undefined> {
  const { body, problems } = await parseFile("expression.tfvars", `value = ${text}\n`, { validate: false });
  const attributes = body.attributes();
  const [attribute] = attributes;
  if (attributes.length !== 1 || attribute === undefined || problems.length > 0) return undefined;
  return attribute.value.kind === "unsupported" ? undefined : attribute.value;
}
