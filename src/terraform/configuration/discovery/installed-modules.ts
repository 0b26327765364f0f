import path from "node:path";
import type { FileSystem } from "../../files/file-system.js";

/** Where `terraform init` has put the modules of calls, by call path (`squads.inner`). Absolute directories. */
export type InstalledModules = ReadonlyMap<string, string>;

/**
 * Reads `modules/modules.json` of the data directory, as
 * [modsdir](https://github.com/hashicorp/terraform/blob/main/internal/modsdir/manifest.go) writes it.
 * Empty where it is missing or not valid: `terraform init` overwrites it.
 */
export async function readInstalledModules(
  root: string,
  dataDir: string,
  fileSystem: FileSystem,
): Promise<InstalledModules> {
  let json: unknown;
  try {
    json = JSON.parse(fileSystem.read(path.join(dataDir, "modules", "modules.json")));
  } catch {
    return new Map();
  }
  // Most roots that are linted have no manifest, and need not wait for zod.
  const { z } = await import("zod");
  const manifest = z.object({ Modules: z.array(z.object({ Key: z.string(), Dir: z.string() })) }).safeParse(json);
  if (!manifest.success) return new Map();
  return new Map(manifest.data.Modules.map(({ Key, Dir }) => [Key, path.resolve(root, Dir)]));
}
