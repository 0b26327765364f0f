import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { diskFileSystem, type TreeFileSystem } from "../../../src/terraform/files/file-system.js";
import { overlayFileSystem } from "../../../src/terraform/files/overlay-file-system.js";

function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-overlay-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

/** Everything that a file system returns for a folder and its contents. */
function told(fileSystem: TreeFileSystem, folder: string, place = folder): unknown {
  const kind = fileSystem.kind(place);
  if (kind !== "directory") return { kind, text: fileSystem.read(place), bytes: fileSystem.bytes(place).toString() };
  const entries = [...fileSystem.entries(place)].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    list: [...(fileSystem.list(place) ?? [])].sort(),
    entries: entries.map((entry) => [entry.name, entry.kind, told(fileSystem, folder, path.join(place, entry.name))]),
  };
}

const names = fc.constantFrom("a.tf", "b.tf", "x/a.tf", "x/b.tf", "x/y/a.tf", "z/y/a.tf");
const files = fc.dictionary(names, fc.string({ unit: "grapheme" }), { noNullPrototype: true });

test("an overlay is seen as if its texts had been saved", () => {
  fc.assert(
    fc.property(files, files, (onDisk, above) => {
      const [disk, saved] = [temporaryFolder(), temporaryFolder()];
      write(disk, onDisk);
      write(saved, { ...onDisk, ...above });
      const texts = new Map(Object.entries(above).map(([name, text]) => [path.join(disk, name), text]));
      expect(told(overlayFileSystem(texts), disk)).toEqual(told(diskFileSystem, saved));
    }),
    { numRuns: 50 },
  );
});

test("an overlay may change, and missing files stay missing", () => {
  const folder = temporaryFolder();
  const texts = new Map<string, string>();
  const overlay = overlayFileSystem(texts);
  const file = path.join(folder, "new/main.tf");
  expect(overlay.list(path.dirname(file))).toBeUndefined();
  expect(overlay.kind(file)).toBeUndefined();
  expect(() => overlay.read(file)).toThrow("ENOENT");
  expect(() => overlay.bytes(file)).toThrow("ENOENT");
  expect(() => overlay.entries(path.dirname(file))).toThrow("ENOENT");
  texts.set(file, "one");
  expect(overlay.list(path.dirname(file))).toEqual(["main.tf"]);
  texts.set(file, "two");
  expect(overlay.read(file)).toBe("two");
  texts.delete(file);
  expect(overlay.kind(path.dirname(file))).toBeUndefined();
});

test("a file larger than most is read whole", () => {
  const folder = temporaryFolder();
  for (const length of [0, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 500_000]) {
    write(folder, { "a.tf": "x".repeat(length) });
    expect(diskFileSystem.bytes(path.join(folder, "a.tf")).length).toBe(length);
  }
});
