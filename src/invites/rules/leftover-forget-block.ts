import { type Address, formatAddress, formatResourceAddress } from "../../terraform/address.js";
import { parseAddress } from "../../terraform/address-parser.js";
import type { Configuration, ConfiguredResource, Refactoring } from "../../terraform/configuration/configuration.js";
import type { State } from "../../terraform/state/state.js";
import { isInviteType } from "../inventory.js";
import { oncePerPlace } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** A `moved` or `removed` block that forgot an invite and stands in the way of the next one there. */
export const leftoverForgetBlock: Rule = {
  id: "leftover-forget-block",
  severity: "warning",
  title: "a moved or removed block that has done its work",
  fixable: true,
  needs: "static",
  find({ inventory: { configuration, directory, state } }) {
    const found = configuration.refactorings.flatMap((refactoring) => {
      const { kind, from, block, type } = refactoring;
      if (kind === "import" || from === undefined || type === undefined || !isInviteType(type)) return [];
      const why = leftover(refactoring, configuration, state);
      if (why === undefined) return [];
      return [
        {
          rule: "leftover-forget-block" as const,
          directory,
          address: from,
          range: block.headerRange,
          arguments: { block: kind, from, why },
        },
      ];
    });
    return oncePerPlace(found);
  },
};

function leftover(
  refactoring: Refactoring,
  configuration: Configuration,
  state: State | undefined,
): "done" | "declared-again" | undefined {
  const from = addressOf(refactoring.from, refactoring.modulePath);
  if (from === undefined) return undefined;
  if (isDeclared(from, refactoring.kind, configuration)) return "declared-again";
  // An ordinary rename is good practice to keep; a move to where nothing is declared is half of forgetting.
  const to = addressOf(refactoring.to, refactoring.modulePath);
  if (refactoring.kind === "moved" && (to === undefined || blockOf(to, configuration) !== undefined)) return undefined;
  if (state === undefined || movesThere(from, configuration, state)) return undefined;
  return isInState(from, state) || (to !== undefined && isInState(to, state)) ? undefined : "done";
}

/** Whether a `moved` block is still to bring something there, for the `removed` one to forget. */
function movesThere(target: Address, configuration: Configuration, state: State): boolean {
  return configuration.refactorings.some(({ kind, from, to, modulePath }) => {
    if (kind !== "moved") return false;
    const source = addressOf(from, modulePath);
    const end = addressOf(to, modulePath);
    if (source === undefined || end === undefined || !isInState(source, state)) return false;
    return formatResourceAddress(end) === formatResourceAddress(target);
  });
}

/** The address from the root module on. */
function addressOf(text: string | undefined, modulePath: readonly string[]): Address | undefined {
  if (text === undefined) return undefined;
  const parsed = parseAddress([...modulePath.map((name) => `module.${name}`), text].join("."));
  return parsed.ok ? parsed.address : undefined;
}

/** What is declared, as far as it is surely known; a `removed` speaks of the whole resource, a `moved` of one instance or all. */
function isDeclared(address: Address, kind: Refactoring["kind"], configuration: Configuration): boolean {
  const resource = blockOf(address, configuration);
  if (resource === undefined) return false;
  if (kind === "removed" || address.key === undefined) {
    // `moved` from the resource to an instance of itself is how a count or for_each is begun.
    return kind === "removed" || (resource.complete && resource.instances.some((one) => one.address.key === undefined));
  }
  const name = formatAddress(address);
  return resource.instances.some((instance) => formatAddress(instance.address) === name);
}

function blockOf(address: Address, { resources }: Configuration): ConfiguredResource | undefined {
  return resources.find(
    ({ mode, type, name, modulePath }) =>
      mode === "managed" &&
      type === address.type &&
      name === address.name &&
      modulePath.length === address.module.length &&
      modulePath.every((step, index) => step === address.module[index]?.name),
  );
}

function isInState(address: Address, { instances }: State): boolean {
  const name = formatAddress(address);
  return instances.some(({ address: held }) => {
    const whole = formatAddress(held);
    if (whole === name) return true;
    if (address.key !== undefined || held.type !== address.type || held.name !== address.name) return false;
    return (
      held.module.length === address.module.length &&
      held.module.every((step, i) => step.name === address.module[i]?.name)
    );
  });
}
