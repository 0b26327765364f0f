import { compareText } from "../../../base/compare-text.js";

export type Calls = (directory: string) => readonly string[];

/** Those from which one that mentions the wanted text can be reached, and everything that can be reached at all. */
export function modulesThatMatter(
  starts: Iterable<string>,
  module: (directory: string) => { readonly mentions: boolean; readonly calls: readonly string[] },
): ReadonlySet<string> {
  const callers = new Map<string, string[]>();
  const matters = new Set<string>();
  const seen = new Set(starts);
  // A set yields what is added while it is walked.
  for (const directory of seen) {
    const { mentions, calls } = module(directory);
    if (mentions) matters.add(directory);
    for (const called of calls) {
      seen.add(called);
      const known = callers.get(called);
      if (known === undefined) callers.set(called, [directory]);
      else known.push(directory);
    }
  }
  for (const directory of matters) {
    for (const caller of callers.get(directory) ?? []) matters.add(caller);
  }
  return matters;
}

/**
 * The fewest modules from which all can be reached, in order: those that no other one calls, and the lexically first of
 * each cycle that nothing outside of it calls.
 */
export function rootModules(directories: Iterable<string>, callsOf: Calls): readonly string[] {
  const all = [...directories].toSorted(compareText);
  const members = new Set(all);
  const calls: Calls = (directory) =>
    callsOf(directory).filter((called) => called !== directory && members.has(called));
  const callers = new Map<string, string[]>(all.map((directory) => [directory, []]));
  for (const directory of all) for (const called of calls(directory)) callers.get(called)?.push(directory);
  const isCalled = (directory: string) => (callers.get(directory)?.length ?? 0) > 0;

  const roots = all.filter((directory) => !isCalled(directory));
  const reached = reachable(roots, calls, () => true);
  // What is left hangs on cycles. The one that a walk leaves last is in a cycle that nothing outside of it leads to.
  const left = all.filter((directory) => !reached.has(directory));
  for (const directory of leavingOrder(left, calls).toReversed()) {
    if (reached.has(directory)) continue;
    const below = reachable([directory], calls, (called) => !reached.has(called));
    const cycle = reachable(
      [directory],
      (member) => callers.get(member) ?? [],
      (caller) => below.has(caller),
    );
    roots.push([...cycle].reduce((first, member) => (compareText(member, first) < 0 ? member : first)));
    for (const member of below) reached.add(member);
  }
  return roots.toSorted(compareText);
}

function reachable(starts: readonly string[], next: Calls, wanted: (directory: string) => boolean): Set<string> {
  const seen = new Set(starts);
  for (const directory of seen) {
    for (const other of next(directory)) if (wanted(other)) seen.add(other);
  }
  return seen;
}

/** The order in which a walk in depth leaves the modules. */
function leavingOrder(starts: readonly string[], calls: Calls): readonly string[] {
  const left: string[] = [];
  const seen = new Set<string>();
  for (const start of starts) {
    if (seen.has(start)) continue;
    seen.add(start);
    const open = [{ directory: start, rest: calls(start).values() }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const { value, done } = top.rest.next();
      if (done) {
        left.push(top.directory);
        open.pop();
      } else if (!seen.has(value)) {
        seen.add(value);
        open.push({ directory: value, rest: calls(value).values() });
      }
    }
  }
  return left;
}
