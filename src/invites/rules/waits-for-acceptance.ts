import { defined } from "../../base/defined.js";
import { emailKey } from "../../base/email.js";
import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Expression } from "../../terraform/configuration/syntax/syntax.js";
import { resourceIn, visitExpression } from "../../terraform/configuration/syntax/traversal.js";
import { type InviteEntry, isManagedInvite } from "../inventory.js";
import type { Assessment } from "../planned/assessment.js";
import { mayBeIn } from "../providers/identify.js";
import type { MemberLookUp } from "../providers/profile.js";
import { localName, moduleResource } from "../references.js";
import { isAccepted } from "../status.js";
import { oncePerPlace } from "./about-blocks.js";
import { type InviteReference, inviteEmailFinder } from "./invite-ids.js";
import { defineRule } from "./rule.js";

/** An argument that needs a member but gets the address of an invite: before the acceptance there is no member. */
export const waitsForAcceptance = defineRule({
  id: "waits-for-acceptance",
  severity: "error",
  needs: "static",
  find(assessment) {
    const { configuration, entries } = assessment.inventory;
    const emailsIn = inviteEmailFinder(configuration);
    const waiting = entries.filter((entry) => mayHaveToWait(assessment, entry));
    const found = configuration.related.flatMap((resource) => {
      if (isGated(resource)) return [];
      const own = waiting.filter((entry) => entry.resource && isSameOrganization(entry.resource, resource));
      const [first] = own;
      const lookUp = first && lookUpOf(resource, first);
      if (lookUp === undefined) return [];
      const { argument, message } = lookUp;
      const references = emailsIn(resource, argument);
      const person = own.find(
        (entry) => isGiven(entry, resource, argument) || references.some((one) => isReferredTo(entry, one, resource)),
      );
      if (person === undefined) return [];
      const given = {
        consumer: localName(resource),
        argument,
        invite: person.name,
        while: whenRead(resource, person),
        ...defined({ message }),
      };
      return [{ address: moduleResource(resource), range: resource.block.headerRange, arguments: given }];
    });
    return oncePerPlace(found);
  },
});

/** Whether the person may not be a member yet; without a look-up, unless a state beside it rules that out. */
function mayHaveToWait({ statuses }: Assessment, entry: InviteEntry): boolean {
  const { status = "unknown", isMember } = statuses.get(entry) ?? {};
  if (isMember === true || status === "accepted" || status === "joined") return false;
  return status !== "unknown" || !entry.objects.some(({ recorded }) => isAccepted(recorded));
}

/** The same provider configuration: in another organization the person may be a member or not. */
function isSameOrganization(one: ConfiguredResource, other: ConfiguredResource): boolean {
  if (one.providerKey === null || other.providerKey === null) return false;
  const nameOf = ({ provider: { source, configuration, holder }, providerKey = "" }: ConfiguredResource) =>
    [source, configuration, ...holder, providerKey].join("\0");
  return nameOf(one) === nameOf(other);
}

/** What the provider looks up by an address there, in every version that may be in use. */
function lookUpOf({ mode, type }: ConfiguredResource, { provider }: InviteEntry): MemberLookUp | undefined {
  const place = mode === "data" ? `data.${type}` : type;
  const [first, ...others] = provider.candidates.map(({ provider: { memberLookUps = [] }, versions: own }) =>
    memberLookUps.find(
      ({ place: there, versions = "*" }) =>
        there === place && mayBeIn({ range: own }, versions) && mayBeIn(provider, versions),
    ),
  );
  return others.every((other) => other !== undefined) ? first : undefined;
}

/** Whether the argument has the address of the invite, from wherever each of them comes. */
function isGiven({ declared }: InviteEntry, resource: ConfiguredResource, argument: string): boolean {
  const email = declared?.arguments.get("email");
  if (email?.kind !== "string") return false;
  return resource.instances.some(({ arguments: values }) => {
    const value = values.get(argument);
    return value?.kind === "string" && emailKey(value.value) === emailKey(email.value);
  });
}

function isReferredTo(
  { address, resource: block }: InviteEntry,
  { mode, modulePath, resource, key }: InviteReference,
  { instances }: ConfiguredResource,
): boolean {
  if (block === undefined || mode !== "managed" || localName(block) !== resource) return false;
  if (block.modulePath.join(".") !== modulePath.join(".")) return false;
  if (key === "computed") return instances.some((one) => one.address.key === address.key);
  return key === undefined || key.written === address.key;
}

/** Known arguments are read while planning, unless the block says that it depends on a change of the same plan. */
function whenRead({ mode, block }: ConfiguredResource, { resource }: InviteEntry): "plan" | "apply" {
  if (mode === "managed") return "apply";
  const name = resource && localName(resource);
  const dependsOn = block.body.attribute("depends_on")?.value;
  return dependsOn !== undefined && referencesIn(dependsOn).some((one) => localName(one) === name) ? "apply" : "plan";
}

/** Whether something decides, outside of the files or by who is a member, that it is there only later. */
function isGated({ block, complete, instances }: ConfiguredResource): boolean {
  if (complete) return instances.length === 0;
  const forEach = block.body.attribute("for_each")?.value;
  if (forEach === undefined) return true;
  let decides = false;
  const names = new Set<string | undefined>();
  visitExpression(forEach, (part) => {
    decides ||= part.kind === "conditional" || (part.kind === "for" && part.condition !== undefined);
    if (part.kind === "for") names.add(part.keyName).add(part.valueName);
  });
  const read = referencesIn(forEach).filter(({ type }) => !names.has(type));
  return decides || read.length === 0 || !read.every(isManagedInvite);
}

function referencesIn(expression: Expression) {
  const found: { readonly mode: "managed" | "data"; readonly type: string; readonly name: string }[] = [];
  visitExpression(expression, (part) => {
    const target = part.kind === "reference" ? resourceIn(part.root, part.steps) : undefined;
    if (target !== undefined) found.push(target);
  });
  return found;
}
