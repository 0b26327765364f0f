import { open, rename } from "node:fs/promises";
import path from "node:path";

/**
 * Writes a file for this user alone, in the place of one that may be there, and returns once the disk has it. Whoever
 * reads it sees all of it or what was there before, whatever happens in between.
 */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const part = `${file}.${crypto.randomUUID()}.part`;
  const handle = await open(part, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
  await syncFolder(path.dirname(file));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
