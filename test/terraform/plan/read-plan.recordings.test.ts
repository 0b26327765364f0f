import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { compareAddresses, formatAddress } from "../../../src/terraform/addresses/address.js";
import type { Plan } from "../../../src/terraform/plan/plan.js";
import { readPlanDocument } from "../../../src/terraform/plan/read-document.js";
import { readPlan, readPlanFile } from "../../../src/terraform/plan/read-plan.js";
import { isStale, type Staleness } from "../../../src/terraform/plan/staleness.js";
import { readStateFile } from "../../../src/terraform/state/read-state.js";
import { pieces } from "../../support/pieces.js";
import { FOLDERS, foldersWith } from "../../support/recorded-folders.js";
import { RECORDINGS } from "../../support/recording.js";

const PLANS = readdirSync(RECORDINGS, { recursive: true, encoding: "utf8" })
  .filter((file) => /plan[^/]*\.json$/.test(file))
  .sort();

const wantedTypes = new Set([...FOLDERS.map(({ type }) => type), "terraform_data"]);
const wanted = (type: string) => wantedTypes.has(type);

/** The folders with the plans of the whole story. */
const STORIES = foldersWith(
  "plan-role-change.json",
  "plan-moved-removed.json",
  "state-created.tfstate",
  "show-state.json",
);

async function read(file: string): Promise<Plan> {
  const result = await readPlanFile(path.join(RECORDINGS, file), { wantedTypes });
  if (!result.ok) throw new Error(result.error.message);
  return result.plan;
}

/** The parts of a recorded plan that the reader is compared with. */
const Change = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  type: z.string(),
  deposed: z.string().optional(),
  action_reason: z.string().optional(),
  change: z.object({
    actions: z.array(z.string()),
    before: z.unknown(),
    after: z.unknown(),
    replace_paths: z.array(z.array(z.string())).default([]),
  }),
});
const Recorded = z.object({
  format_version: z.string(),
  terraform_version: z.string(),
  timestamp: z.string(),
  // OpenTofu writes neither of them.
  applyable: z.boolean().optional(),
  complete: z.boolean().default(true),
  errored: z.boolean(),
  // A plan that failed at every invite has none.
  resource_changes: z.array(Change).default([]),
  resource_drift: z.array(Change).optional(),
});

const asRecorded = ({
  address,
  previousAddress,
  deposed,
  actions,
  reason,
  before,
  after,
  replacePaths,
}: Plan["changes"][number]) => ({
  address: formatAddress(address),
  previous: previousAddress && formatAddress(previousAddress),
  deposed,
  actions,
  reason,
  before: before ?? null,
  after: after ?? null,
  paths: replacePaths,
});

const ofWanted = (changes: readonly z.infer<typeof Change>[]) =>
  changes
    .filter(({ type }) => wanted(type))
    .map(({ address, previous_address: previous, deposed, action_reason: reason, change }) => ({
      address,
      previous,
      deposed,
      actions: change.actions,
      reason,
      before: change.before,
      after: change.after,
      paths: change.replace_paths,
    }));

describe("the recorded plans", () => {
  it("are complete", () => {
    const folders = new Set(PLANS.map((file) => path.dirname(file)));
    expect(FOLDERS.map(({ name }) => name).filter((name) => !folders.has(name))).toEqual([]);
  });

  it.each(PLANS)("%s has the changes and the drift of the document, in its order", async (file) => {
    const recorded = Recorded.parse(JSON.parse(readFileSync(path.join(RECORDINGS, file), "utf8")));
    const plan = await read(file);
    expect(plan.changes.map(asRecorded)).toEqual(ofWanted(recorded.resource_changes));
    expect(plan.drift.map(asRecorded)).toEqual(ofWanted(recorded.resource_drift ?? []));
    expect(plan.resourceChangeCount).toBe(recorded.resource_changes.length);
    expect(plan.changes.filter(({ operation }) => operation.kind === "unknown")).toEqual([]);
    expect(plan).toMatchObject({
      formatVersion: recorded.format_version,
      terraformVersion: recorded.terraform_version,
      timestamp: recorded.timestamp,
      applyable: recorded.applyable,
      complete: recorded.complete,
      errored: recorded.errored,
      note: undefined,
    });
  });

  it.each(PLANS)("%s is read the same in pieces, and when all of it is parsed", async (file) => {
    const bytes = readFileSync(path.join(RECORDINGS, file));
    const plan = await read(file);
    expect(readPlanDocument(JSON.parse(bytes.toString("utf8")), wanted)).toEqual({ ok: true, plan });
    for (const lengths of [[1], [7, 1, 4096], [65536]]) {
      expect(await readPlan(pieces(bytes, lengths), { wantedTypes, origin: "input" })).toEqual({ ok: true, plan });
    }
  });

  it.each(PLANS)("%s has every configured resource with its provider, and no constant value", async (file) => {
    const plan = await read(file);
    const { resources, providers } = plan.configuration;
    const keys = new Set(providers.map(({ key }) => key));
    expect(resources.length).toBeGreaterThan(0);
    for (const { providerKey } of resources) expect(keys).toContain(providerKey);
    expect(JSON.stringify(plan.configuration)).not.toMatch(/example\.com|127\.0\.0\.1|proj_/i);
  });

  // What Terraform itself counts, at the end of what it prints for people.
  it.each(
    PLANS.filter((file) =>
      readdirSync(path.dirname(path.join(RECORDINGS, file))).includes(`${path.basename(file, ".json")}.txt`),
    ),
  )("%s adds, changes and destroys as many as the text beside it says", async (file) => {
    const text = readFileSync(path.join(RECORDINGS, file.replace(/json$/, "txt")), "utf8");
    // A plan without changes says so in a sentence.
    const [, add = 0, change = 0, destroy = 0] =
      /Plan: (\d+) to add, (\d+) to change, (\d+) to destroy/.exec(text) ?? [];
    const plan = await read(file);
    const count = (...kinds: readonly string[]) =>
      plan.changes.filter(({ operation }) => kinds.includes(operation.kind)).length;
    expect([count("create", "replace", "forget-and-create"), count("update"), count("delete", "replace")]).toEqual(
      [add, change, destroy].map(Number),
    );
  });
});

describe.each(STORIES)("$name", ({ name: folder, type }) => {
  it("distinguishes reads during the apply, replacement and forgetting", async () => {
    const operations = async (file: string) => {
      const { changes } = await read(`${folder}/${file}`);
      return changes
        .filter(({ operation }) => operation.kind !== "no-op")
        .map(({ address, operation, reason }) => [formatAddress(address), operation, reason]);
    };
    expect(await operations("plan-role-change.json")).toEqual([
      [`data.${type}.alice`, { kind: "read" }, "read_because_config_unknown"],
      [`${type}.alice`, { kind: "replace", order: "delete-first" }, "replace_because_cannot_update"],
    ]);
    expect(await operations("plan-moved-removed.json")).toEqual([
      [`${type}.forgotten_dan`, { kind: "forget" }, "delete_because_no_move_target"],
    ]);
  });

  it("counts what the plan has read, with the vanished invite", async () => {
    expect((await read(`${folder}/plan-after-acceptance.json`)).reads).toEqual({ managed: 13, data: 1 });
  });

  const stale = async (plan: string, state: string): Promise<Staleness> => {
    const result = await readStateFile(path.join(RECORDINGS, folder, state), { wantedTypes });
    if (!result.ok) throw new Error(result.error.message);
    return isStale(await read(`${folder}/${plan}`), result.state);
  };

  it("is not stale against the state it was made from, for every refresh result and move", async () => {
    const { errored } = await read(`${folder}/plan-after-acceptance.json`);
    if (!errored) expect(await stale("plan-after-acceptance.json", "state-created.tfstate")).toEqual({ stale: false });
    expect(await stale("plan-role-change.json", "state-refreshed.tfstate")).toEqual({ stale: false });
    expect(await stale("plan-role-change.json", "show-state.json")).toEqual({ stale: false });
  });

  it("cannot tell from a destroy plan whether an invite vanished or is new", async () => {
    if (!existsSync(path.join(RECORDINGS, folder, "plan-destroy.json"))) return;
    expect(await stale("plan-destroy.json", "state-created.tfstate")).toMatchObject({ stale: "unknown" });
  });

  it("is stale against the state of another run: every invite has another id", async () => {
    const found = await stale("plan-role-change.json", "state-created.tfstate");
    if (found.stale !== true) throw new Error("it is not stale");
    const plan = await read(`${folder}/plan-role-change.json`);
    const managed = plan.priorState.instances.filter(({ address }) => address.mode === "managed");
    expect(found.differences).toEqual(
      managed
        .map(({ address }) => ({ address, deposed: undefined, kind: "other-id" }))
        .toSorted((a, b) => compareAddresses(a.address, b.address)),
    );
  });
});

describe("addresses/04-deposed-twice", () => {
  it("is not stale against its own state, and has a change for every object of it", async () => {
    const plan = await read("addresses/04-deposed-twice.destroy.plan.json");
    const state = await readStateFile(path.join(RECORDINGS, "addresses/04-deposed-twice.tfstate"), { wantedTypes });
    if (!state.ok) throw new Error(state.error.message);
    expect(isStale(plan, state.state)).toEqual({ stale: false });
    const objects = (items: readonly Pick<Plan["changes"][number], "address" | "deposed">[]) =>
      items.map(({ address, deposed }) => `${formatAddress(address)} ${deposed ?? ""}`).sort();
    expect(objects(plan.changes)).toEqual(objects(state.state.instances));
  });
});
