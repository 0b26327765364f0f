import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { validateXML } from "xmllint-wasm";
import { ROOT } from "../support/program.js";

/** What a JSON Schema of `fixtures/schemas/` has against a text; nothing when it is valid. */
export function jsonComplaints(schema: string): (text: string) => unknown {
  const { $schema: _dialect, id: _id, ...rest } = Object(JSON.parse(readSchema(schema)));
  const ajv = new Ajv2020({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat("uri", (text) => URL.canParse(text));
  // RFC 3986: only these characters, and percent signs followed by two hexadecimal digits.
  ajv.addFormat("uri-reference", /^(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/);
  ajv.addFormat("date-time", true);
  const validate = ajv.compile(rest);
  return (text) => (validate(JSON.parse(text)) ? undefined : validate.errors);
}

/** What an XML Schema of `fixtures/schemas/` has against texts; nothing when they are all valid. */
export async function xmlComplaints(schema: string, ...texts: readonly string[]): Promise<unknown> {
  const { valid, errors } = await validateXML({
    xml: texts.map((text, index) => ({ fileName: `${index}.xml`, contents: new TextEncoder().encode(text) })),
    schema: [readSchema(schema)],
  });
  return valid ? undefined : errors.map(({ rawMessage }) => rawMessage);
}

function readSchema(name: string): string {
  return readFileSync(path.join(ROOT, "fixtures/schemas", name), "utf8");
}
