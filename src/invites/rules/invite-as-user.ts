import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import type { Expression } from "../../terraform/configuration/syntax.js";
import { resourceIn, visitExpression } from "../../terraform/configuration/traversal.js";
import type { Value } from "../../terraform/configuration/value.js";
import type { SourceRange } from "../../terraform/source-range.js";
import { isInviteType } from "../inventory.js";
import { moduleResource } from "../references.js";
import { oncePerPlace } from "./about-blocks.js";
import type { Rule } from "./rule.js";

/** Arguments that take users, in resources that give members roles, projects and groups. */
const USER_ARGUMENTS = ["user_id", "user_ids"] as const;
/** Attributes of an invite that hold the invite's own id. */
const INVITE_IDS: ReadonlySet<string> = new Set(["id", "invite_id"]);

/** An invite's id where a user's belongs: users have ids of their own, and only after they accepted. */
export const inviteAsUser: Rule = {
  id: "invite-as-user",
  severity: "error",
  title: "an invite's id where a user's belongs",
  fixable: false,
  needs: "static",
  find({ inventory: { configuration, directory } }) {
    const found = configuration.related.flatMap((resource) =>
      USER_ARGUMENTS.flatMap((argument) => {
        const expression = resource.block.body.attribute(argument)?.value;
        if (expression === undefined) return [];
        const ids = [
          ...referredIds(expression, resource, configuration),
          ...literalIds(resource, argument, expression),
        ];
        return ids.map(({ range, invite }) => ({
          rule: "invite-as-user" as const,
          directory,
          address: moduleResource(resource),
          range,
          arguments: {
            argument,
            consumer: `${resource.mode === "data" ? "data." : ""}${resource.type}.${resource.name}`,
            ...(invite !== undefined && { invite }),
          },
        }));
      }),
    );
    return oncePerPlace(found);
  },
};

interface FoundId {
  readonly range: SourceRange;
  readonly invite?: string;
}

/** Ids of invites that an expression reads, by itself, through locals, or through what its resource is repeated over. */
function referredIds(expression: Expression, resource: ConfiguredResource, configuration: Configuration): FoundId[] {
  const found: FoundId[] = [];
  visitExpression(expression, (part) => {
    if (part.kind !== "reference") return;
    const target = resourceIn(part.root, part.steps);
    const last = part.steps[part.steps.length - 1];
    const name = part.root === "local" ? nameOf(part) : undefined;
    if (target !== undefined && isInviteType(target.type) && last?.kind === "attribute" && INVITE_IDS.has(last.name)) {
      const address = `${target.mode === "data" ? "data." : ""}${target.type}.${target.name}`;
      found.push({ range: part.range, invite: `${address}.${last.name}` });
    } else if (name !== undefined || (part.root === "each" && nameOf(part) === "value")) {
      const from = name === undefined ? undefined : `local.${name}`;
      const through = idsThrough(from, resource, configuration);
      if (through !== undefined) found.push({ range: part.range, invite: through });
    }
  });
  return found;
}

function nameOf(part: Extract<Expression, { kind: "reference" }>): string | undefined {
  const [first] = part.steps;
  return first?.kind === "attribute" ? first.name : undefined;
}

/** The invite's id that a local holds, or that the resource's own `for_each` runs over. */
function idsThrough(
  from: string | undefined,
  { modulePath, type, name, repetition }: ConfiguredResource,
  { references }: Configuration,
): string | undefined {
  const reference = references.find(({ modulePath: path, from: place, attributes, target, range }) => {
    if (path.join(".") !== modulePath.join(".") || !isInviteType(target.type)) return false;
    if (!INVITE_IDS.has(attributes[attributes.length - 1] ?? "")) return false;
    if (from !== undefined) return place === from;
    // What decides a key stays a key; only what is run over becomes each.value.
    if (place !== `${type}.${name}` || repetition.kind !== "for_each") return false;
    const { start, end } = repetition.range;
    return range.file === repetition.range.file && start.offset <= range.start.offset && range.end.offset <= end.offset;
  });
  if (reference === undefined) return undefined;
  const { mode, type: of, name: called } = reference.target;
  return `${mode === "data" ? "data." : ""}${of}.${called}.${reference.attributes[reference.attributes.length - 1]}`;
}

/** Ids that are written out; OpenAI gives invites such as begin with `invite-`, and users such as begin with `user-`. */
function literalIds(resource: ConfiguredResource, argument: string, expression: Expression): FoundId[] {
  const values = [resource, ...resource.instances].flatMap(({ arguments: given }) => given.get(argument) ?? []);
  return values.flatMap(leavesOf).flatMap((value) => {
    if (value.kind !== "string" || !/^invite-./.test(value.value)) return [];
    return [{ range: value.source ?? expression.range }];
  });
}

function leavesOf(value: Value): readonly Value[] {
  return value.kind === "list" || value.kind === "set" ? value.elements : [value];
}
