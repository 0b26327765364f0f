import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";

const result = { fails: z.boolean().optional(), value: z.unknown().optional() };

/** The results of the real `yamldecode` for awkward texts. */
export const YAML = z
  .object({ documents: z.array(z.object({ text: z.string(), ...result })) })
  .parse(JSON.parse(readFileSync("fixtures/data-files/yaml.json", "utf8"))).documents;

/** Files, and the results of functions of the real Terraform for them. */
export const FUNCTIONS = z
  .object({
    files: z.record(z.string(), z.string()),
    expressions: z.array(z.object({ expression: z.string(), ...result })),
  })
  .parse(JSON.parse(readFileSync("fixtures/data-files/functions.json", "utf8")));

/** Files in a separate folder. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  play: (folder: string) => T,
): Promise<Awaited<T>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-data-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return await play(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
