import path from "node:path";
import { describe, expect, it } from "vitest";
import { type JsonReport, reportSchema } from "../../src/report/json-schema.js";
import { type Applied, appliedText, plannedAddresses, recordedApply } from "../support/recorded-apply.js";
import { appliesOf, FOLDERS } from "../support/recorded-folders.js";
import { inScene, RECORDINGS } from "../support/recording.js";

/** Every recorded apply with its plan, and the state after it where that was recorded. */
const APPLIES = FOLDERS.flatMap((folder) =>
  appliesOf(folder).map((name) => ({ recording: folder.name, name, tool: folder.tool })),
).filter(({ recording, name }) => plannedAddresses(recording, `plan-${name}.json`).length > 0);

async function predictions(recording: string, name: string): Promise<JsonReport> {
  const plan = path.join(RECORDINGS, recording, `plan-${name}.json`);
  let report: JsonReport | undefined;
  await inScene({ recording, state: null, apiOf: path.basename(plan) }, async (scene) => {
    const ran = await scene.run(["check", "--plan", plan, "--format", "json"]);
    report = reportSchema.parse(JSON.parse(ran.stdout));
    expect(report.errors).toEqual([]);
  });
  if (report === undefined) throw new Error("there is no report");
  return report;
}

/** The report's prediction for an invite, in the words of an apply. Where OpenAI's error decides, the recording has it. */
function predicted({ planned }: JsonReport["invites"][number], name: string, withState: boolean): Applied | undefined {
  const wanted = name === "other-words";
  const outcomes = (planned?.outcomes ?? []).filter(({ wording }) => (wording?.contained ?? wanted) === wanted);
  const [outcome, ...others] = outcomes;
  if (outcome === undefined || others.length > 0 || outcome.result === "unknown") return undefined;
  const { step, stateAfter } = outcome;
  const inState = withState ? { inState: stateAfter === "kept" || stateAfter === "new" } : {};
  if (outcome.result !== "fails") return { result: "done", ...inState };
  return { result: "failed", ...((step === "create" || step === "delete") && { step }), ...inState };
}

describe("check --plan predicts what the recorded apply did", () => {
  it("has recordings of every provider to compare with", () => {
    const recorded = new Set(APPLIES.map(({ recording }) => recording));
    expect(FOLDERS.map(({ name }) => name).filter((name) => !recorded.has(name))).toEqual([]);
  });

  it.each(APPLIES)("$recording: $name", async ({ recording, name }) => {
    const applied = recordedApply(recording, name);
    const addresses = plannedAddresses(recording, `plan-${name}.json`);
    expect([...applied.keys()].sort()).toEqual([...addresses].sort());

    const withState = [...applied.values()].some(({ inState }) => inState !== undefined);
    const { invites } = await predictions(recording, name);
    const forecast = new Map(
      invites
        .filter(({ address }) => addresses.includes(address))
        .map((invite) => [invite.address, predicted(invite, name, withState)]),
    );
    // A plan does not contain the API's changes to an invite that was just sent.
    const unexpected = appliedText(recording, name).includes("Provider produced inconsistent result");
    expect(forecast).toEqual(unexpected ? forecast : applied);
    // Invites that the plan does not change stay as they are.
    const others = invites.filter(({ address }) => !addresses.includes(address));
    expect(others.map(({ planned }) => planned?.operation)).toEqual(others.map(() => "no-op"));
  });
});
