import { z } from "zod";
import { attempt, hasWantedType, readAs, Unreadable } from "../document/read-as.js";
import type { Wanted } from "../document/read-document.js";
import { readShowState } from "../state/show-state.js";
import { EMPTY_STATE, type State } from "../state/state.js";
import type { DeferredChange, Plan, PlanRead, ResourceChange } from "./plan.js";
import { plannedAction, readResourceChange } from "./read-change.js";
import { readConfiguration } from "./read-configuration.js";

/** https://developer.hashicorp.com/terraform/internals/json-format#plan-representation */
const Document = z.object({
  format_version: z.string(),
  terraform_version: z.string().nullish(),
  timestamp: z.string().nullish(),
  applyable: z.boolean().nullish(),
  complete: z.boolean().nullish(),
  errored: z.boolean().nullish(),
  resource_changes: z.array(z.unknown()).nullish(),
  resource_drift: z.array(z.unknown()).nullish(),
  deferred_changes: z.array(z.unknown()).nullish(),
  prior_state: z.unknown().optional(),
  configuration: z.unknown().optional(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

const Deferred = z.object({ reason: z.string().nullish(), resource_change: z.unknown().optional() });
const Actions = z.object({ change: z.object({ actions: z.array(z.string()) }) });

type DocumentResult =
  | PlanRead
  /** `what` is a clause about the plan. */
  | { readonly ok: false; readonly kind: "new-version" | "invalid-plan"; readonly what: string };

function readChanges(values: readonly unknown[] | null | undefined, wanted: Wanted, what: string): ResourceChange[] {
  return (values ?? []).flatMap((value, index) => {
    const subject = `${what} ${index + 1}`;
    return hasWantedType(value, wanted, subject) ? [readResourceChange(value, subject)] : [];
  });
}

function readDeferred(values: readonly unknown[] | null | undefined, wanted: Wanted): DeferredChange[] {
  return (values ?? []).flatMap((value, index) => {
    const subject = `deferred change ${index + 1}`;
    const { reason, resource_change: change } = readAs(Deferred, value, subject);
    if (!hasWantedType(change, wanted, subject)) return [];
    return [{ reason: reason || "unknown", change: readResourceChange(change, subject) }];
  });
}

/** An entry whose actions cannot be read counts as a change. */
function isEffective(value: unknown): boolean {
  const parsed = Actions.safeParse(value);
  return !parsed.success || plannedAction(parsed.data.change.actions).kind !== "no-op";
}

function readPriorState(value: unknown, wanted: Wanted): State {
  if (value === undefined || value === null) return { ...EMPTY_STATE, format: "show" };
  const read = readShowState(value, wanted);
  if (!read.ok) throw new Unreadable(`its prior state can't be read: ${read.what}`);
  return read.state;
}

/** The number of objects that the refresh has read: those of the prior state, and those it found deleted. */
function countReads(priorState: State, drift: readonly ResourceChange[]): Plan["reads"] {
  const data = priorState.instances.filter(({ address }) => address.mode === "data").length;
  const gone = drift.filter(({ address, operation }) => address.mode === "managed" && operation.kind === "delete");
  return { managed: priorState.instances.length - data + gone.length, data };
}

function noteOf(formatVersion: string): string | undefined {
  if (!formatVersion.startsWith("0.")) return undefined;
  return `the plan has the old format ${formatVersion} of Terraform 1.0 or older, so some reasons and refresh results may be missing`;
}

function readParts(document: z.infer<typeof Document>, wanted: Wanted): Plan {
  const all = document.resource_changes ?? [];
  const drift = readChanges(document.resource_drift, wanted, "drift entry");
  const priorState = readPriorState(document.prior_state, wanted);
  return {
    formatVersion: document.format_version,
    terraformVersion: document.terraform_version || undefined,
    timestamp: document.timestamp || undefined,
    applyable: document.applyable ?? undefined,
    complete: document.complete ?? true,
    errored: document.errored ?? false,
    note: noteOf(document.format_version),
    changes: readChanges(all, wanted, "resource change"),
    drift,
    deferred: readDeferred(document.deferred_changes, wanted),
    priorState,
    configuration: readConfiguration(document.configuration, wanted),
    variables: Object.keys(document.variables ?? {}),
    resourceChangeCount: all.length,
    effectiveChangeCount: all.filter(isEffective).length,
    reads: countReads(priorState, drift),
  };
}

/**
 * Reads a parsed `terraform show -json PLAN` document of any format version 0.x or 1.x, complete or reduced by
 * `keepPlan`: the result is the same.
 */
export function readPlanDocument(value: unknown, wanted: Wanted): DocumentResult {
  const read = attempt((): DocumentResult => {
    const { format_version: version } = readAs(Document.pick({ format_version: true }), value, "it");
    if (!/^[01]\.\d+$/.test(version)) {
      const shown = /^\d+(?:\.\d+)*$/.test(version) ? ` (${version})` : "";
      return { ok: false, kind: "new-version", what: `its format_version${shown} is not supported` };
    }
    return { ok: true, plan: readParts(readAs(Document, value, "it"), wanted) };
  });
  return read.ok ? read.value : { ok: false, kind: "invalid-plan", what: read.what };
}
