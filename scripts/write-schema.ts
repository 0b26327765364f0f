// Writes schema/report-v1.json from the zod schema that the JSON report is typed by.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { reportJsonSchema } from "../src/report/json-schema.js";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
writeFileSync(path.join(root, "schema/report-v1.json"), `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
