import { z } from "zod";
import { DIALECTS } from "../../src/invites/providers/registry.js";
import { type JsonReport, reportSchema } from "../../src/report/json-schema.js";
import type { StandIn } from "../stand-in/server.js";
import type { Ran } from "../support/program.js";
import type { HeldObjects, PlanJson } from "./terraform.js";

/** What becomes of one object that a plan speaks of, said before or seen afterwards. */
export interface Fact {
  readonly result: string;
  /** The request that failed, or whose failure was not reported. */
  readonly step: string | undefined;
  readonly stateAfter: string;
  readonly sendsInvitation: boolean;
}

/** By address; deposed objects with their key behind it. */
export type Facts = ReadonlyMap<string, Fact>;

const nameOf = (address: string, deposed: string | undefined) =>
  deposed === undefined ? address : `${address} (deposed ${deposed})`;

export function reportOfRun({ stdout, stderr, code }: Ran): JsonReport {
  try {
    return reportSchema.parse(JSON.parse(stdout));
  } catch (cause) {
    throw new Error(`tfinvite gave no report, exit ${code}: ${stdout.slice(0, 500)}\n${stderr}`, { cause });
  }
}

/** What `tfinvite check --plan` said. An invite without one certain outcome has the kind of its verdict. */
export function predicted({ invites }: JsonReport, { resource_changes }: PlanJson): Facts {
  const current = new Set(resource_changes.flatMap(({ address, deposed }) => (deposed === undefined ? [address] : [])));
  const facts = new Map<string, Fact>();
  for (const { address, planned } of invites) {
    if (planned === undefined) continue;
    const { verdict, deposed = [] } = planned;
    const [outcome] = planned.outcomes.filter(isOfPlayedWording);
    // Where only deposed objects are planned, the verdict is on the first of these.
    if (current.has(address)) {
      const known = (verdict === "certain" || verdict === "by-wording") && outcome !== undefined;
      facts.set(
        address,
        known ? factOf(outcome) : { result: verdict, step: undefined, stateAfter: "unknown", sendsInvitation: false },
      );
    }
    for (const { key, ...one } of deposed.filter(isOfPlayedWording)) facts.set(nameOf(address, key), factOf(one));
  }
  return facts;
}

/** The words of the API here contain nothing that a provider looks for in a refusal. */
function isOfPlayedWording({ wording }: { readonly wording?: { readonly contained: boolean } | undefined }): boolean {
  return wording?.contained !== true;
}

function factOf({
  result,
  step,
  stateAfter,
  sendsInvitation,
}: Omit<Fact, "step"> & { readonly step?: string | undefined }): Fact {
  return { result, step, stateAfter, sendsInvitation };
}

const hookSchema = z.object({
  type: z.enum(["apply_errored", "apply_complete"]),
  hook: z.object({ resource: z.object({ addr: z.string() }), action: z.string() }),
});

const diagnosticSchema = z.object({
  type: z.literal("diagnostic"),
  diagnostic: z.object({ severity: z.string(), summary: z.string(), detail: z.string().default("") }),
});

/** What `terraform apply -json` said, as far as it matters here. */
export interface AppliedMessages {
  /** Steps that failed, by address. */
  readonly errored: ReadonlyMap<string, string>;
  /** `SUMMARY (DETAIL)`, as tfinvite writes it. */
  readonly errors: readonly string[];
}

export function appliedMessages({ stdout }: Ran): AppliedMessages {
  const errored = new Map<string, string>();
  const errors: string[] = [];
  for (const line of stdout.split("\n").filter((one) => one.startsWith("{"))) {
    const message: unknown = JSON.parse(line);
    const hook = hookSchema.safeParse(message).data;
    if (hook?.type === "apply_errored") errored.set(hook.hook.resource.addr, hook.hook.action);
    const diagnostic = diagnosticSchema.safeParse(message).data?.diagnostic;
    if (diagnostic?.severity !== "error") continue;
    errors.push(diagnostic.detail === "" ? diagnostic.summary : `${diagnostic.summary} (${diagnostic.detail})`);
  }
  return { errored, errors };
}

/** All that is known of one apply. */
export interface Applied {
  readonly plan: PlanJson;
  readonly messages: AppliedMessages;
  readonly after: HeldObjects;
  readonly api: StandIn;
  /** How many requests the API had seen before, and the ids of its invites then. */
  readonly requestsBefore: number;
  readonly invitesBefore: ReadonlySet<string>;
}

/** What happened to each invite that the plan speaks of: by the state, Terraform's messages and the API's log. */
export function happened({ plan, messages, after, api, requestsBefore, invitesBefore }: Applied): Facts {
  const requests = api.requests.slice(requestsBefore);
  const sent = api.invites.filter(({ id }) => !invitesBefore.has(id));
  const unclaimed = new Map(sent.map(({ id, email }) => [id, email]));
  const inState = new Set([...after.current.values()].map(({ id }) => id));
  /** By the state, where it is there; else by the email address, of an invite that is in no state. */
  const wasSent = (email: string, id: string | undefined): boolean => {
    const stray = [...unclaimed].find(([one, to]) => to === email && !inState.has(one))?.[0];
    return unclaimed.delete(id ?? "") || (stray !== undefined && unclaimed.delete(stray));
  };
  const facts = new Map<string, Fact>();
  for (const { address, mode, type, deposed, change } of plan.resource_changes) {
    if (mode !== "managed" || !type.endsWith("_invite")) continue;
    const name = nameOf(address, deposed);
    const before = change.before?.["id"];
    const deleted = change.actions.includes("delete")
      ? requests.find(({ method, path }) => method === "DELETE" && path.endsWith(`/${String(before)}`))?.status
      : undefined;
    const refused = deleted !== undefined && deleted !== 200;
    const held = stateAfter(after, address, deposed, before);
    // Of deposed objects Terraform reports no failed step, only the error and a state that keeps them.
    const kept = held === "new-and-deposed" || (deposed !== undefined && held === "kept");
    const ofCurrent = deposed === undefined && !change.actions.includes("no-op");
    const failed = (ofCurrent ? messages.errored.get(address) : undefined) ?? (refused && kept ? "delete" : undefined);
    // What is gone already counts as deleted.
    const ignored = refused && deleted !== 404 && failed === undefined;
    const email = change.actions.includes("create") ? String(change.after?.["email"]) : undefined;
    facts.set(name, {
      result: failed !== undefined ? "fails" : ignored ? "in-name-only" : "succeeds",
      step: failed ?? (ignored ? "delete" : undefined),
      stateAfter: held,
      sendsInvitation: email !== undefined && wasSent(email, after.current.get(address)?.id),
    });
  }
  return facts;
}

function stateAfter(after: HeldObjects, address: string, key: string | undefined, before: unknown): string {
  const deposed = [...(after.deposed.get(address) ?? new Map<string, { id: string }>())];
  if (key !== undefined) return deposed.some(([one]) => one === key) ? "kept" : "gone";
  const now = after.current.get(address)?.id;
  if (now === undefined) return "gone";
  if (now === before) return "kept";
  return deposed.some(([, { id }]) => id === before) ? "new-and-deposed" : "new";
}

/** Every address for which the prediction differs from what happened. */
export function differences(said: Facts, seen: Facts): string[] {
  const names = [...new Set([...said.keys(), ...seen.keys()])].sort();
  return names.flatMap((name) => {
    const [one, other] = [said.get(name), seen.get(name)].map(words);
    return one === other ? [] : [`${name}: said ${one}; happened: ${other}`];
  });
}

/** A fact as it is compared and shown. */
export function words(fact: Fact | undefined): string {
  if (fact === undefined) return "nothing";
  const { result, step, stateAfter, sendsInvitation } = fact;
  return `${result}${step === undefined ? "" : ` at ${step}`}, ${stateAfter}${sendsInvitation ? ", invitation sent" : ""}`;
}

/**
 * Compares the errors that Terraform printed with the messages that the table of dialects has for what was said to
 * fail, one each. Returns those that were not predicted, and those that were missing. Where the table has no message,
 * any will do. Nothing is expected of addresses that are `spared`.
 */
export function errorDifferences(
  report: JsonReport,
  plan: PlanJson,
  { errors }: AppliedMessages,
  refused: ReadonlySet<string>,
): { readonly unforeseen: readonly string[]; readonly missing: readonly string[] } {
  const expected = predictedFailures(report, plan, refused)
    .map(({ dialect, step, why, id }) => {
      const messages = DIALECTS.find((row) => row.id === dialect)?.messages;
      const message = messages?.[why === "projects-left-open" ? "omitted-projects" : step];
      return message === undefined
        ? { message: `any error, ${step} ${id}`, pattern: /^/ }
        : { message: message.replace("{id}", id), pattern: patternOf(message, id) };
    })
    // What would match anything comes last.
    .sort((a, b) => Number(a.pattern.source === "^") - Number(b.pattern.source === "^"));
  const unforeseen = errors.filter((error) => {
    const at = expected.findIndex(({ pattern }) => pattern.test(error));
    if (at >= 0) expected.splice(at, 1);
    return at < 0;
  });
  return { unforeseen, missing: expected.map(({ message }) => message) };
}

/**
 * Each step that was said to fail, with the id of the invite that it is about; and the creates that were said to depend
 * on the order; these were refused.
 */
function predictedFailures({ invites }: JsonReport, plan: PlanJson, refused: ReadonlySet<string>) {
  const current = new Set(plan.resource_changes.flatMap((one) => (one.deposed === undefined ? [one.address] : [])));
  return invites.flatMap(({ address, id, dialect, planned, deposed: objects = [] }) => {
    const outcomes = (planned?.outcomes ?? []).filter(isOfPlayedWording);
    // Only one of the two orders happens.
    const said =
      planned?.verdict === "by-order"
        ? outcomes.filter(({ result }) => result === "fails" && refused.has(address)).slice(0, 1)
        : outcomes;
    const lead = current.has(address) ? said.map((one) => ({ ...one, id })) : [];
    const deposed = (planned?.deposed ?? []).filter(isOfPlayedWording).map((one) => ({
      ...one,
      id: objects.find(({ key }) => key === one.key)?.id ?? null,
    }));
    return [...lead, ...deposed].flatMap(({ result, step, why, id }) =>
      result === "fails" && step !== undefined ? [{ dialect, step, why, id: id ?? "" }] : [],
    );
  });
}

/** `…` stands for anything, `{id}` for the invite's id. */
export function patternOf(message: string, id: string): RegExp {
  const escaped = message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", "[\\s\\S]*");
  return new RegExp(`^${escaped.replaceAll("\\{id\\}", id)}`);
}
