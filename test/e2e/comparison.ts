import { z } from "zod";
import { DIALECTS } from "../../src/invites/dialects.js";
import { type JsonReport, reportSchema } from "../../src/report/json-schema.js";
import type { StandIn } from "../stand-in/server.js";
import type { Ran } from "../support/program.js";
import type { HeldObjects, PlanJson } from "./terraform.js";

/** What becomes of one object that a plan speaks of, said before or seen afterwards. */
export interface Fact {
  readonly result: string;
  /** The request that failed, or whose failure nobody was told. */
  readonly step: string | undefined;
  readonly stateAfter: string;
  readonly mails: boolean;
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

/** What `tfinvite check --plan` said. An invite without one certain outcome is told by the kind of its verdict. */
export function predicted({ invites }: JsonReport): Facts {
  const facts = new Map<string, Fact>();
  for (const { address, planned } of invites) {
    if (planned === undefined) continue;
    const { verdict, outcomes, deposed = [] } = planned;
    const [outcome] = outcomes;
    const currentIsMeant = deposed.length === 0 || outcomes.length !== deposed.length || planned.operation !== "delete";
    if (currentIsMeant) {
      facts.set(
        address,
        verdict === "certain" && outcome !== undefined
          ? factOf(outcome)
          : { result: verdict, step: undefined, stateAfter: "?", mails: false },
      );
    }
    for (const { key, ...one } of deposed) facts.set(nameOf(address, key), factOf(one));
  }
  return facts;
}

function factOf({ result, step, stateAfter, mails }: Omit<Fact, "step"> & { readonly step?: string | undefined }): Fact {
  return { result, step, stateAfter, mails };
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
  const facts = new Map<string, Fact>();
  for (const { address, mode, type, deposed, change } of plan.resource_changes) {
    if (mode !== "managed" || !type.endsWith("_invite")) continue;
    const name = nameOf(address, deposed);
    const before = change.before?.["id"];
    const failed = change.actions.includes("no-op") ? undefined : messages.errored.get(address);
    const ignored =
      change.actions.includes("delete") &&
      requests.some(
        ({ method, path, status }) =>
          method === "DELETE" && path.endsWith(`/${String(before)}`) && status !== 200 && status !== 404,
      );
    const email = change.actions.includes("create") ? String(change.after?.["email"]) : undefined;
    facts.set(name, {
      result: failed !== undefined ? "fails" : ignored ? "in-name-only" : "succeeds",
      step: failed ?? (ignored ? "delete" : undefined),
      stateAfter: stateAfter(after, address, deposed, before),
      mails: email !== undefined && sent.some((invite) => invite.email === email),
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

/** Every address of which something else was said than what happened. */
export function differences(said: Facts, seen: Facts): string[] {
  const names = [...new Set([...said.keys(), ...seen.keys()])].sort();
  return names.flatMap((name) => {
    const [one, other] = [said.get(name), seen.get(name)].map(words);
    return one === other ? [] : [`${name}: said ${one}; happened: ${other}`];
  });
}

function words(fact: Fact | undefined): string {
  if (fact === undefined) return "nothing";
  const { result, step, stateAfter, mails } = fact;
  return `${result}${step === undefined ? "" : ` at ${step}`}, ${stateAfter}${mails ? ", mailed" : ""}`;
}

/**
 * Errors that Terraform printed and that none of the messages is, which the table of dialects has for what was said to
 * fail, one error each.
 */
export function unforeseenErrors(report: JsonReport, { errors }: AppliedMessages): string[] {
  const patterns = report.invites.flatMap(({ id, dialect, planned }) => {
    const failing = [...(planned?.outcomes ?? []), ...(planned?.deposed ?? [])].filter(({ result }) => result === "fails");
    const messages = DIALECTS.find((row) => row.id === dialect)?.messages ?? {};
    return failing.flatMap(({ step }) => {
      const message = step === undefined ? undefined : messages[step];
      return message === undefined ? [] : [patternOf(message, planned?.deposed === undefined ? (id ?? "") : undefined)];
    });
  });
  return errors.filter((error) => {
    const at = patterns.findIndex((pattern) => pattern.test(error));
    if (at >= 0) patterns.splice(at, 1);
    return at < 0;
  });
}

/** `…` stands for anything, `{id}` for the invite's id, or any where it is not known which object is meant. */
export function patternOf(message: string, id: string | undefined): RegExp {
  const escaped = message.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", "[^]*");
  return new RegExp(`^${escaped.replaceAll("\\{id\\}", id ?? "[^\"/]+")}`);
}
