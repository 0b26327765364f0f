// Writes schema/report-v1.json and schema/settings-v1.json from the zod schemas that their readers and writers are typed by.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { reportJsonSchema } from "../src/report/json-schema.js";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const write = (name: string, schema: object) =>
  writeFileSync(path.join(root, "schema", name), `${JSON.stringify(schema, null, 2)}\n`);
write("report-v1.json", reportJsonSchema());
// A dynamic import, as in the settings file: only few runs need it.
const { settingsJsonSchema } = await import("../src/policy/read-settings.js");
write("settings-v1.json", settingsJsonSchema());
