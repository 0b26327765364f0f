import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { RECORDINGS } from "./recording.js";

/** What an apply did with one invite, read off its output and off the state it left. */
export interface Applied {
  readonly result: "failed" | "done";
  /** The request it failed at. */
  readonly step?: "create" | "delete";
  /** Whether the state has it afterwards; absent where no state was recorded. */
  readonly inState?: boolean;
}

const planSchema = z.object({
  resource_changes: z.array(
    z.object({
      address: z.string(),
      mode: z.string(),
      type: z.string(),
      change: z.object({ actions: z.array(z.string()) }),
    }),
  ),
});

const stateSchema = z.object({
  resources: z.array(
    z.object({
      mode: z.string(),
      module: z.string().optional(),
      type: z.string(),
      name: z.string(),
      instances: z.array(z.object({ index_key: z.union([z.string(), z.number()]).optional() })),
    }),
  ),
});

/** The invites that a recorded plan does something with, and what. */
function plannedChanges(recording: string, plan: string) {
  const { resource_changes } = planSchema.parse(JSON.parse(read(recording, plan)));
  return resource_changes.filter(
    ({ mode, type, change }) => mode === "managed" && type.endsWith("_invite") && !change.actions.includes("no-op"),
  );
}

/** Their addresses. */
export function plannedAddresses(recording: string, plan: string): string[] {
  return plannedChanges(recording, plan).map(({ address }) => address);
}

/**
 * Reads a recorded apply. Terraform prints a line when it starts on an instance and another when it is done with it; one
 * that has only the first has failed. What it forgets, it does not speak of: that is done where the apply succeeds.
 */
export function recordedApply(recording: string, name: string): Map<string, Applied> {
  const state = [`state-after-${name}.tfstate`, `state-list-after-${name}.txt`].find((file) =>
    isRecorded(recording, file),
  );
  const text = appliedText(recording, name);
  const started = (doing: string, done: string): [string, boolean][] =>
    [...text.matchAll(new RegExp(`^(.+): ${doing}\\.\\.\\.`, "gm"))].map(([, address = ""]) => [
      address,
      text.includes(`${address}: ${done} complete`),
    ]);
  const left = state === undefined ? undefined : addressesIn(recording, state);
  const inState = (address: string) => (left === undefined ? {} : { inState: left.has(address) });
  const applied = new Map<string, Applied>();
  const planned = plannedChanges(recording, `plan-${name}.json`);
  for (const { address, change } of planned) {
    const isForgotten = change.actions.every((action) => action === "forget");
    if (isForgotten || text.includes("exit 0")) applied.set(address, { result: "done", ...inState(address) });
  }
  for (const [step, doing, done] of [
    ["delete", "Destroying", "Destruction"],
    ["create", "Creating", "Creation"],
  ] as const) {
    for (const [address, isDone] of started(doing, done)) {
      if (!planned.some((one) => one.address === address)) continue;
      applied.set(
        address,
        isDone ? { result: "done", ...inState(address) } : { result: "failed", step, ...inState(address) },
      );
    }
  }
  return applied;
}

/** All that the apply said. */
export function appliedText(recording: string, name: string): string {
  return read(recording, `apply-${name}.txt`);
}

function addressesIn(recording: string, file: string): Set<string> {
  if (file.endsWith(".txt")) return new Set(read(recording, file).split("\n"));
  const { resources } = stateSchema.parse(JSON.parse(read(recording, file)));
  return new Set(
    resources
      .filter(({ mode }) => mode === "managed")
      .flatMap(({ module, type, name, instances }) =>
        instances.map(({ index_key: key }) => {
          const index = key === undefined ? "" : `[${JSON.stringify(key)}]`;
          return `${module === undefined ? "" : `${module}.`}${type}.${name}${index}`;
        }),
      ),
  );
}

function read(recording: string, file: string): string {
  return readFileSync(path.join(RECORDINGS, recording, file), "utf8");
}

/** Whether a file is among the recordings. */
export function isRecorded(recording: string, file: string): boolean {
  return existsSync(path.join(RECORDINGS, recording, file));
}
