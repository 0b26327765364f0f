import { open, rename } from "node:fs/promises";
import path from "node:path";

/** Writes a file that is not there yet, for this user alone, and returns once the disk has it. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(path.dirname(file));
}

/** Puts a file in the place of another, so that whoever reads it sees one of the two, whatever happens in between. */
export async function replaceDurably(file: string, content: string): Promise<void> {
  const part = `${file}.${crypto.randomUUID()}.part`;
  await writeDurably(part, content);
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
