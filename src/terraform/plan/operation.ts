import type { Operation, ResourceChange } from "./plan.js";

const SINGLE = ["create", "read", "update", "delete", "forget"] as const;

/** What a list of actions comes to. It looks for words, so that a new combination with a `no-op` in it is still read. */
export function operationOf(actions: readonly string[]): Operation {
  const words = new Set(actions.filter((action) => action !== "no-op"));
  const are = (...expected: readonly string[]) =>
    words.size === expected.length && expected.every((word) => words.has(word));
  if (words.size === 0 && actions.length > 0) return { kind: "no-op" };
  const single = SINGLE.find((word) => are(word));
  if (single !== undefined) return { kind: single };
  if (are("create", "delete")) {
    const order = actions.indexOf("delete") < actions.indexOf("create") ? "delete-first" : "create-first";
    return { kind: "replace", order };
  }
  if (are("create", "forget")) return { kind: "forget-and-create" };
  return { kind: "unknown", actions };
}

/** Whether the change has this action in it, whatever else it does. */
export function hasAction(change: Pick<ResourceChange, "actions">, action: string): boolean {
  return change.actions.includes(action);
}
