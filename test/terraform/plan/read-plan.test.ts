import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress, formatModulePath } from "../../../src/terraform/addresses/address.js";
import { readPlanDocument } from "../../../src/terraform/plan/read-document.js";
import { readPlan, readPlanFile } from "../../../src/terraform/plan/read-plan.js";
import { anyAddress } from "../../support/address-arbitraries.js";
import { pieces } from "../../support/pieces.js";

const wanted = (type: string) => type === "openai_invite" || type === "terraform_data";
const options = { wantedTypes: wanted, origin: "input" };

const json = fc.jsonValue({ maxDepth: 2 });
const attributes = fc.dictionary(fc.string({ maxLength: 6 }), json, { maxKeys: 4 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const change = fc.record({
  actions: fc.array(fc.constantFrom("no-op", "create", "read", "update", "delete", "forget", "new"), { maxLength: 3 }),
  before: fc.option(attributes),
  after: fc.option(attributes),
  after_unknown: json,
  before_sensitive: json,
  after_sensitive: json,
  replace_paths: optional(fc.array(fc.array(json, { maxLength: 3 }), { maxLength: 2 })),
  importing: optional(fc.record({ id: optional(fc.string()) })),
  generated_config: optional(fc.string()),
  before_identity: optional(attributes),
});

const entry = fc.tuple(anyAddress, anyAddress, change, fc.boolean()).map(([address, previous, body, moved]) => ({
  address: formatAddress(address),
  previous_address: moved ? formatAddress(previous) : undefined,
  module_address: address.module.length === 0 ? undefined : formatModulePath(address.module),
  mode: address.mode,
  type: address.type,
  name: address.name,
  index: address.key,
  provider_name: "registry.terraform.io/openai/openai",
  change: body,
}));

const resource = fc.tuple(anyAddress, attributes).map(([address, values]) => ({
  mode: address.mode,
  type: address.type,
  name: address.name,
  index: address.key,
  values,
}));

const module = fc.letrec((tie) => ({
  module: fc.record({
    resources: fc.uniqueArray(resource, {
      maxLength: 3,
      selector: ({ mode, type, name, index }) => JSON.stringify([mode, type, name, index, typeof index]),
    }),
    child_modules: fc.oneof({ depthSize: "small" }, fc.constant([]), fc.tuple(tie("module"))),
  }),
})).module;

const block = fc.tuple(anyAddress, json).map(([address, constant]) => ({
  mode: address.mode,
  type: address.type,
  name: address.name,
  provider_config_key: "openai",
  expressions: { email: { constant_value: constant }, role: { references: [formatAddress(address)] } },
}));

const plan = fc.record({
  format_version: fc.constantFrom("1.0", "1.2", "1.9", "0.2"),
  terraform_version: fc.constant("1.11.4"),
  variables: fc.dictionary(fc.string({ maxLength: 5 }), json),
  planned_values: json,
  resource_drift: fc.array(entry, { maxLength: 3 }),
  resource_changes: fc.array(entry, { maxLength: 5 }),
  deferred_changes: fc.array(fc.record({ reason: fc.string(), resource_change: entry }), { maxLength: 2 }),
  output_changes: fc.dictionary(fc.string({ maxLength: 5 }), json),
  prior_state: fc.record({
    format_version: fc.constant("1.0"),
    values: fc.record({ outputs: json, root_module: module }),
  }),
  configuration: fc.record({
    provider_config: fc.dictionary(fc.string({ maxLength: 5 }), fc.record({ name: fc.string(), expressions: json })),
    root_module: fc.record({
      resources: fc.array(block, { maxLength: 3 }),
      module_calls: fc.dictionary(
        fc.string({ maxLength: 5 }),
        fc.record({ expressions: json, module: fc.record({ resources: fc.array(block, { maxLength: 2 }) }) }),
        { maxKeys: 2 },
      ),
    }),
  }),
  checks: json,
  errored: fc.boolean(),
  complete: fc.boolean(),
});

const WHOLE = readFileSync(fileURLToPath(new URL("../../../fixtures/plans/all-fields/input.json", import.meta.url)));

describe("readPlan", () => {
  it("gives what JSON.parse gives, for any white space and pieces", async () => {
    let read = 0;
    await fc.assert(
      fc.asyncProperty(
        plan,
        fc.integer({ min: 0, max: 2 }),
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
        async (document, indent, lengths) => {
          const text = JSON.stringify(document, undefined, indent);
          const expected = readPlanDocument(JSON.parse(text), wanted);
          const result = await readPlan(pieces(Buffer.from(text), lengths), options);
          if (expected.ok) {
            read++;
            expect(result).toEqual(expected);
            expect(expected.plan.changes.map(({ address }) => formatAddress(address))).toEqual(
              document.resource_changes.filter(({ type }) => wanted(type)).map(({ address }) => address),
            );
          } else {
            expect(result).toMatchObject({ ok: false, error: { kind: expected.kind } });
          }
        },
      ),
      { numRuns: 300 },
    );
    // A generated state may have the same instance twice, and is refused then; that must stay rare.
    expect(read).toBeGreaterThan(150);
  });

  it("refuses a plan that is cut off anywhere", async () => {
    const whole = Buffer.from(JSON.stringify(JSON.parse(WHOLE.toString("utf8"))));
    for (let length = 1; length < whole.length; length += 3) {
      const result = await readPlan(pieces(whole.subarray(0, length)), options);
      expect(result).toMatchObject({ ok: false, error: { kind: "truncated", position: { offset: length } } });
    }
  });

  it("never throws and never quotes the plan, for any value in any place", async () => {
    const odd = fc.constantFrom<unknown>(
      null,
      true,
      -1.5,
      "secret@example.com",
      [],
      {},
      ["secret@example.com"],
      { key: "secret@example.com" },
      [[[{ type: "openai_invite" }]]],
      { type: "openai_invite", mode: "managed", name: "x" },
    );
    const places: (readonly (string | number)[])[] = [];
    const walk = (value: unknown, at: readonly (string | number)[]) => {
      places.push(at);
      if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, [...at, index]);
      else if (typeof value === "object" && value !== null)
        for (const [key, item] of Object.entries(value)) walk(item, [...at, key]);
    };
    walk(JSON.parse(WHOLE.toString("utf8")), []);
    const put = (value: unknown, [step, ...rest]: readonly (string | number)[], what: unknown): unknown => {
      if (step === undefined) return what;
      if (Array.isArray(value)) return value.map((item, index) => (index === step ? put(item, rest, what) : item));
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, key === step ? put(item, rest, what) : item]),
      );
    };
    let refused = 0;
    for (const place of places) {
      for (const what of fc.sample(odd, { numRuns: 4, seed: place.length })) {
        const text = JSON.stringify(put(JSON.parse(WHOLE.toString("utf8")), place, what));
        const result = await readPlan(pieces(Buffer.from(text)), options);
        if (result.ok) continue;
        refused++;
        expect(["invalid-plan", "new-version", "not-a-plan"]).toContain(result.error.kind);
        expect(JSON.stringify(result.error)).not.toMatch(/secret|example\.com/);
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  it("never throws, for any bytes", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      json.map((value) => Buffer.from(JSON.stringify(value))),
      fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => {
        const buffer = Buffer.from(WHOLE);
        buffer[at % buffer.length] = byte;
        return buffer;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 500 }), async (input, length) => {
        const result = await readPlan(pieces(input, [length]), options);
        expect(typeof result.ok).toBe("boolean");
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["the last of two fields counts", '"resource_changes":[],"resource_changes":[5]', "invalid-plan"],
    [
      "values as deep as the scanner goes",
      `"resource_changes":${"[".repeat(9_000)}${"]".repeat(9_000)}`,
      "invalid-plan",
    ],
    ["deeper ones", `"checks":${"[".repeat(10_001)}`, "invalid-json"],
    [
      "a type that is given twice",
      '"resource_changes":[{"type":"aws_x","type":"openai_invite","mode":"managed"}]',
      "invalid-plan",
    ],
  ])("is clear about %s", async (_, fields, kind) => {
    const text = `{"format_version":"1.2","planned_values":{},${fields}}`;
    expect(await readPlan(pieces(Buffer.from(text), [1000]), options)).toMatchObject({ ok: false, error: { kind } });
  });

  it.each([
    ["child modules", "child_modules", '{"address":"module.m","child_modules":[', "]}", "prior_state"],
    ["module calls", "module_calls", '{"module_calls":{"m":{"module":', "}}}", "configuration"],
  ])("reads %s nested to any depth", async (_, __, open, close, field) => {
    const depth = 2_000;
    const inner = open.repeat(depth) + (field === "configuration" ? "{}" : "") + close.repeat(depth);
    const body =
      field === "configuration"
        ? `{"root_module":${inner}}`
        : `{"format_version":"1.0","values":{"root_module":${inner}}}`;
    const text = `{"format_version":"1.2","planned_values":{},"${field}":${body}}`;
    expect(await readPlan(pieces(Buffer.from(text)), options)).toMatchObject({ ok: true });
  });

  it("distinguishes a failure of the source from a bad plan", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"format_version": "1.2",');
      throw Object.assign(new Error("read EIO"), { code: "EIO" });
    }
    const result = await readPlan(broken(), options);
    expect(result).toMatchObject({ ok: false, error: { kind: "unreadable", message: expect.stringContaining("EIO") } });
  });
});

describe("readPlanFile", () => {
  it("reports a missing file, and a directory", async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), "tfinvite-plan-"));
    try {
      const missing = await readPlanFile(path.join(directory, "none.json"), { ...options, origin: "none.json" });
      expect(missing).toEqual({
        ok: false,
        error: {
          kind: "missing",
          message: "cannot read the plan from none.json: no such file",
          hint: "Check the path. `terraform plan -out FILE` saves a plan, and `terraform show -json FILE` prints it as JSON.",
        },
      });
      const folder = await readPlanFile(directory, { ...options, origin: "." });
      expect(folder).toMatchObject({ ok: false, error: { kind: "directory" } });
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
