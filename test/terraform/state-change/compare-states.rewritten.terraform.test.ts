import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { compareStates } from "../../../src/terraform/state-change/compare-states.js";
import { readStoredState, type StoredState } from "../../../src/terraform/state-change/stored-state.js";
import { onPath } from "../../support/shells.js";

const PROVIDER = 'provider["registry.terraform.io/acme/acme"]';

/** A state that has everything written in a form that Terraform does not write, or omitted where that is allowed. */
function stateText(more: object = {}): string {
  const one = { schema_version: 1, attributes: { id: "1", n: 0, text: "é<>&\u2028" }, ...more };
  return JSON.stringify({
    version: 4,
    terraform_version: "1.5.0",
    serial: 7,
    lineage: "0a8d4a30-6b0e-4a37-9f10-6a8f1d5c1e55",
    resources: [
      { mode: "managed", type: "acme_z", name: "gone", provider: PROVIDER, instances: [{ attributes: { id: "g" } }] },
      {
        module: 'module.m["k"]',
        mode: "managed",
        type: "acme_x",
        name: "y",
        each: "map",
        provider: `module.m.${PROVIDER}`,
        instances: [
          {
            ...one,
            index_key: "b",
            private: "eyJ4IjoxfQ==",
            dependencies: ["b.c", "a.b"],
            create_before_destroy: true,
            sensitive_attributes: [[{ type: "get_attr", value: "b" }], [{ type: "get_attr", value: "a" }]],
          },
          { index_key: "b", deposed: "0123abcd", status: "tainted", schema_version: 0, attributes_flat: { id: "z" } },
          { ...one, index_key: "a", dependencies: null, private: "" },
        ],
      },
      { mode: "data", type: "acme_d", name: "husk", provider: PROVIDER, instances: [] },
    ],
    outputs: {
      o: { value: { a: [1, null] }, type: ["object", { a: ["tuple", ["number", "string"]] }], sensitive: true },
    },
    check_results: [
      {
        object_kind: "resource",
        config_addr: "acme_x.y",
        status: "pass",
        objects: [{ object_addr: "acme_x.y", status: "pass" }],
      },
    ],
  }).replaceAll('"n":0', '"n":1.50e1');
}

function stored(text: string): StoredState {
  const read = readStoredState(Buffer.from(text));
  if (!read.ok) throw new Error(read.what);
  return read.state;
}

/** The state after Terraform has removed one instance from it. */
function rewritten(text: string): StoredState {
  const directory = mkdtempSync(path.join(tmpdir(), "tfinvite-rewritten-"));
  try {
    const file = path.join(directory, "terraform.tfstate");
    writeFileSync(file, text);
    const { status, stderr } = spawnSync("terraform", ["state", "rm", "acme_z.gone"], {
      cwd: directory,
      encoding: "utf8",
      env: { ...process.env, CHECKPOINT_DISABLE: "1" },
    });
    if (status !== 0) throw new Error(stderr);
    return stored(readFileSync(file, "utf8"));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe.skipIf(onPath("terraform") === undefined)(
  "a state that the real terraform has rewritten (skipped where terraform is not on the PATH)",
  () => {
    it("has the same meaning, for any form of the input", () => {
      const text = stateText();
      expect(compareStates(stored(text), rewritten(text), new Set(["acme_z.gone"]))).toEqual([]);
    });

    it("has changed when that Terraform is too old to know a member", () => {
      const text = stateText({ of_a_later_version: 1 });
      expect(compareStates(stored(text), rewritten(text), new Set(["acme_z.gone"]))).toEqual([
        { kind: "changed", what: 'module.m["k"].acme_x.y["b"]' },
        { kind: "changed", what: 'module.m["k"].acme_x.y["a"]' },
      ]);
    });
  },
);
