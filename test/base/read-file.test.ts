import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NotRead, readNamedFile, readRegularFile } from "../../src/base/read-file.js";

describe.skipIf(process.platform === "win32")("untrusted files (pipes and devices are POSIX's)", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "read-file-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => path.join(folder, name);

  it("reads a regular file, also through a link, into the given buffer if it fits", () => {
    writeFileSync(at("a"), "text");
    symlinkSync("a", at("b"));
    const memory = Buffer.alloc(8);
    expect(readRegularFile(at("b"), 4).toString()).toBe("text");
    expect(readRegularFile(at("a"), 4, memory).buffer).toBe(memory.buffer);
    expect(readRegularFile(at("a"), 4, Buffer.alloc(2)).toString()).toBe("text");
  });

  it("does not read more than the limit", async () => {
    writeFileSync(at("a"), "texts");
    expect(() => readRegularFile(at("a"), 4)).toThrow(NotRead);
    await expect(readNamedFile(at("a"), 4)).rejects.toThrow(NotRead);
  });

  it("opens neither a pipe, nor a device, nor a folder, also behind a link", () => {
    execFileSync("mkfifo", [at("pipe")]);
    symlinkSync("pipe", at("to-pipe"));
    symlinkSync("/dev/zero", at("zero"));
    for (const name of ["pipe", "to-pipe", "zero", "."]) expect(() => readRegularFile(at(name), 9)).toThrow(NotRead);
  });

  it("reads a pipe only once that the user has named, and stops reading an endless device", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const read = [readNamedFile(at("pipe"), 99), readNamedFile(at("pipe"), 99)];
    writeFileSync(at("pipe"), "x = 1\n");
    for (const bytes of await Promise.all(read)) expect(bytes.toString()).toBe("x = 1\n");
    await expect(readNamedFile("/dev/zero", 1 << 20)).rejects.toThrow(NotRead);
  });
});
