import type { InviteSchema, StandInDialect } from "./dialect.js";
import { equal, isUnknown, type ObjectValue, UNKNOWN, type Value } from "./values.js";

/** What is to become of an invite, and which attributes make it a replacement. */
export interface PlannedInvite {
  readonly planned: ObjectValue;
  readonly requiresReplace: readonly string[];
}

/** How a provider plans: by the library that it is written with. `before` is null for an invite that is not there yet. */
export function planInvite(
  { library, invite }: StandInDialect,
  before: ObjectValue | null,
  proposed: ObjectValue,
  config: ObjectValue,
): PlannedInvite {
  return library === "framework"
    ? planAsFramework(invite, before, proposed, config)
    : planAsSdk2(invite, before, proposed, config);
}

/**
 * terraform-plugin-framework: any difference makes each computed value unknown that the configuration does not give;
 * then each attribute has its say
 * (https://developer.hashicorp.com/terraform/plugin/framework/resources/plan-modification).
 */
function planAsFramework(
  invite: InviteSchema,
  before: ObjectValue | null,
  proposed: ObjectValue,
  config: ObjectValue,
): PlannedInvite {
  const planned = before !== null && equal(before, proposed) ? proposed : withUnknown(invite, proposed, config);
  if (before === null) return { planned, requiresReplace: [] };
  const kept = Object.fromEntries(
    Object.entries(planned).map(([name, value]): [string, Value] => {
      const earlier = before[name] ?? null;
      const keeps = invite.attributes[name]?.keeps === true && isUnknown(value) && earlier !== null;
      return [name, keeps ? earlier : value];
    }),
  );
  return { planned: kept, requiresReplace: replacing(invite).filter((name) => !equal(before[name], kept[name])) };
}

/**
 * terraform-plugin-sdk v2: computed values turn unknown only where the invite is replaced. A list block that forces a
 * replacement does so by its length; its inner fields do not
 * (https://github.com/hashicorp/terraform-plugin-sdk/blob/main/helper/schema/schema.go).
 */
function planAsSdk2(
  invite: InviteSchema,
  before: ObjectValue | null,
  proposed: ObjectValue,
  config: ObjectValue,
): PlannedInvite {
  if (before === null) return { planned: withUnknown(invite, proposed, config), requiresReplace: [] };
  const requiresReplace = replacing(invite).filter((name) =>
    name === "projects" ? length(before[name]) !== length(proposed[name]) : !equal(before[name], proposed[name]),
  );
  const planned = requiresReplace.length > 0 ? withUnknown(invite, proposed, config) : proposed;
  return { planned, requiresReplace };
}

function withUnknown({ attributes }: InviteSchema, proposed: ObjectValue, config: ObjectValue): ObjectValue {
  const computed = Object.entries(attributes).filter(
    ([name, { given }]) => given.endsWith("computed") && (config[name] ?? null) === null,
  );
  return { ...proposed, ...Object.fromEntries(computed.map(([name]) => [name, UNKNOWN])) };
}

function replacing({ attributes, projectsBlock }: InviteSchema): string[] {
  const names = Object.keys(attributes).filter((name) => attributes[name]?.replaces === true);
  return projectsBlock === undefined ? names : [...names, "projects"];
}

function length(value: Value | undefined): number {
  return Array.isArray(value) ? value.length : 0;
}
