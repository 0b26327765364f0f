import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type JsonReport, reportSchema } from "../../src/report/json-schema.js";
import { aUser, type StandInInvite } from "../stand-in/server.js";
import { invitesOfPlan } from "../support/plan-invites.js";
import { type Applied, isRecorded, plannedAddresses, recordedApply } from "../support/recorded-apply.js";
import { inScene, RECORDINGS, type SceneOptions, STORIES } from "../support/recording.js";

/** Every recorded apply with the plan that it carried out, and the state that it left where that was recorded. */
const APPLIES = readdirSync(RECORDINGS)
  .flatMap((recording) =>
    ["destroy", "role-change", "after-state-rm", "moved-removed"].map((name) => ({ recording, name })),
  )
  .filter(({ recording, name }) => isRecorded(recording, `apply-${name}.txt`));

async function predictions(recording: string, name: string): Promise<JsonReport> {
  const plan = path.join(RECORDINGS, recording, `plan-${name}.json`);
  const invites = invitesOfPlan(recording, `plan-${name}.json`);
  // The short story has no record of the API, in which its person accepts; the plan is all that is left of it.
  const scene: SceneOptions = STORIES.some((one) => one === recording)
    ? { recording, state: null, api: { invites } }
    : { api: { invites: invites.map(accepted), users: invites.map(({ email }) => aUser("user-1", email, 0)) } };
  let report: JsonReport | undefined;
  await inScene(scene, async ({ run }) => {
    const ran = await run(["check", "--plan", plan, "--format", "json"]);
    report = reportSchema.parse(JSON.parse(ran.stdout));
    expect(report.errors).toEqual([]);
  });
  if (report === undefined) throw new Error("there is no report");
  return report;
}

function accepted(invite: StandInInvite): StandInInvite {
  return { ...invite, status: "accepted", accepted_at: invite.created_at };
}

/** What the report says of an invite, in the words of an apply. */
function predicted({ planned }: JsonReport["invites"][number], withState: boolean): Applied | undefined {
  const [outcome, ...others] = planned?.outcomes ?? [];
  if (outcome === undefined || others.length > 0 || outcome.result === "unknown") return undefined;
  const { step, stateAfter } = outcome;
  const inState = withState ? { inState: stateAfter === "kept" || stateAfter === "new" } : {};
  if (outcome.result !== "fails") return { result: "done", ...inState };
  return { result: "failed", ...((step === "create" || step === "delete") && { step }), ...inState };
}

/** The state after each apply, where it was recorded. */
const STATES: Readonly<Record<string, string>> = {
  destroy: "state-after-destroy.tfstate",
  "role-change": "state-after-role-change.tfstate",
  "moved-removed": "state-list-after-moved-removed.txt",
};

describe("check --plan foretells what the recorded apply did", () => {
  it("has every provider's recordings to hold against", () => {
    expect(APPLIES.length).toBe(3 * 4 + 2);
  });

  it.each(APPLIES)("$recording: $name", async ({ recording, name }) => {
    const file = STATES[name];
    const state = file !== undefined && isRecorded(recording, file) ? file : undefined;
    const applied = recordedApply(recording, name, state);
    const addresses = plannedAddresses(recording, `plan-${name}.json`);
    expect([...applied.keys()].sort()).toEqual([...addresses].sort());

    const { invites } = await predictions(recording, name);
    const foretold = new Map(
      invites
        .filter(({ address }) => addresses.includes(address))
        .map((invite) => [invite.address, predicted(invite, state !== undefined)]),
    );
    expect(foretold).toEqual(applied);
    // Whatever the plan leaves alone stays as it is.
    const others = invites.filter(({ address }) => !addresses.includes(address));
    expect(others.map(({ planned }) => planned?.operation)).toEqual(others.map(() => "no-op"));
  });
});
