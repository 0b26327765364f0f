import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lockingIsOff, lockingOf } from "../../../src/terraform/state-change/backend.js";
import { chunkWords, lockHolderOf, roomForArguments } from "../../../src/terraform/state-change/state-commands.js";

describe("the arguments of one call", () => {
  it("are complete and in order, in as few calls as possible", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 })), fc.integer({ min: 20, max: 200 }), (words, room) => {
        const chunks = chunkWords(words, room, "linux");
        expect(chunks.flat()).toEqual(words);
        const size = (chunk: readonly string[]) => chunk.reduce((sum, word) => sum + Buffer.byteLength(word) + 9, 0);
        for (const [index, chunk] of chunks.entries()) {
          if (chunk.length > 1) expect(size(chunk)).toBeLessThanOrEqual(room);
          const next = chunks[index + 1]?.[0];
          if (next !== undefined) expect(size([...chunk, next])).toBeGreaterThan(room);
        }
      }),
    );
  });

  it("are one call for two thousand invites on Linux and macOS, and a few on Windows", () => {
    const words = Array.from({ length: 2000 }, (_, i) => `openai_invite.team["person${i}@example.com"]`);
    const calls = (platform: NodeJS.Platform) =>
      chunkWords(words, roomForArguments(platform, { PATH: "/usr/bin" }), platform).length;
    expect([calls("linux"), calls("darwin"), calls("win32")]).toEqual([1, 1, 4]);
  });

  it("leave room for a large environment", () => {
    expect(roomForArguments("linux", { BIG: "x".repeat(1_500_000) })).toBeLessThan(300_000);
    expect(roomForArguments("linux", { BIG: "x".repeat(5_000_000) })).toBe(65_536);
  });
});

describe("the holder of a lock", () => {
  const LOCAL = `Error: Error acquiring the state lock

Error message: resource temporarily unavailable
Lock Info:
  ID:        6c1f5e1c-7b3e-2a0e-0b1a-111111111111
  Path:      terraform.tfstate
  Operation: OperationTypeApply
  Who:       ci@runner
  Version:   1.11.4
  Created:   2026-11-26 07:21:37.179668893 +0000 UTC
  Info:
`;

  it("is who Terraform says", () => {
    expect(lockHolderOf(LOCAL)).toEqual({
      id: "6c1f5e1c-7b3e-2a0e-0b1a-111111111111",
      who: "ci@runner",
      operation: "OperationTypeApply",
      created: "2026-11-26 07:21:37.179668893 +0000 UTC",
    });
  });

  it("is not this run when the http backend prints the data of this run, folded or not", () => {
    for (const words of ["already locked: ID=theirs", "already locked:\nID=theirs"]) {
      const text = LOCAL.replace("resource temporarily unavailable", `HTTP remote state ${words}`);
      expect(lockHolderOf(text)).toEqual({ id: "theirs" });
    }
  });

  it("is undefined when the error is not about a lock, or names no lock", () => {
    expect(lockHolderOf("Error: no such host\n  ID: x")).toBeUndefined();
    expect(lockHolderOf("Error: Error acquiring the state lock\n\nfailed to reach the table")).toBeUndefined();
  });
});

describe("whether a backend locks", () => {
  const record = (type: string, set: readonly string[] = [], off: readonly string[] = []) => ({
    type,
    set: new Set(set),
    off: new Set(off),
  });

  it.each([
    ["local", undefined, {}, "locks"],
    ["gcs", undefined, {}, "locks"],
    ["cloud", undefined, {}, "locks"],
    ["s3", record("s3", ["bucket"]), {}, "none"],
    ["s3", record("s3", ["use_lockfile"]), {}, "locks"],
    ["s3", record("s3", ["dynamodb_table"]), {}, "locks"],
    ["s3", undefined, {}, "not-known"],
    ["s3", record("gcs", ["use_lockfile"]), {}, "not-known"],
    ["http", record("http", ["address"]), {}, "none"],
    ["http", record("http", ["lock_address"]), {}, "locks"],
    ["http", record("http"), { TF_HTTP_LOCK_ADDRESS: "http://127.0.0.1/" }, "locks"],
    ["oss", record("oss", ["tablestore_table"]), {}, "locks"],
    ["oss", record("oss", ["bucket"]), {}, "none"],
    ["consul", record("consul", ["path"]), {}, "locks"],
    ["consul", record("consul", ["path"], ["lock"]), {}, "none"],
    ["artifactory", record("artifactory"), {}, "none"],
    ["brand-new", record("brand-new"), {}, "not-known"],
    [undefined, undefined, {}, "not-known"],
  ])("%s with %j and %j: %s", (type, known, env, kind) => {
    expect(lockingOf(type, known, env).kind).toBe(kind);
  });

  it.each([
    [{ TF_CLI_ARGS: "-no-color -lock=false" }, "TF_CLI_ARGS"],
    [{ TF_CLI_ARGS_state_rm: "-lock=0" }, "TF_CLI_ARGS_state_rm"],
    [{ TF_CLI_ARGS_plan: "-lock=false" }, undefined],
    [{ TF_CLI_ARGS: "-lock=true" }, undefined],
    [{}, undefined],
  ])("is switched off by %j: %s", (env, name) => {
    expect(lockingIsOff(["terraform"], env)).toBe(name);
  });
});
