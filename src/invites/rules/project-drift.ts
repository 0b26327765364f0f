import { dynamicBlocks } from "../../terraform/configuration/evaluation/dynamic-blocks.js";
import type { Body } from "../../terraform/configuration/syntax/syntax.js";
import { visitExpression } from "../../terraform/configuration/syntax/traversal.js";
import type { InviteEntry } from "../inventory.js";
import { holdsForAll } from "../providers/identify.js";
import { forget } from "../remedies/remedies.js";
import { isUsed } from "../status.js";
import { aboutInvite, assessedInvites } from "./about-invite.js";
import { defineRule } from "./rule.js";

/** OpenAI gave the invite projects that its block does not name, and the next plan replaces it for that, with no edit. */
export const projectDrift = defineRule({
  id: "project-drift",
  severity: "warning",
  needs: "live",
  find: (assessment) =>
    assessedInvites(assessment)
      .filter(({ entry, status }) => entry.inState && (status.projects ?? []).length > 0 && setsNoProjects(entry))
      .filter(({ entry }) => holdsForAll(entry.provider, ({ unaskedProject }) => unaskedProject === "replaces"))
      .map(({ entry, status: { status, projects = [] } }) => ({
        ...aboutInvite(entry, { projects: projects.map(({ id }) => id), isUsed: isUsed(status) }),
        remedy: isUsed(status) ? forget(entry, assessment.inventory) : undefined,
      })),
});

/** Whether the block is there and leaves the projects to OpenAI. An empty list is one that was asked for. */
function setsNoProjects({ inConfig, resource }: InviteEntry): boolean {
  if (inConfig !== true || resource === undefined) return false;
  const { body } = resource.block;
  const blocks = [...body.blocks("projects", 0), ...dynamicBlocks(body, "projects")];
  if (blocks.length > 0 || body.attribute("projects") !== undefined) return false;
  return !body.blocks("lifecycle", 0).some((lifecycle) => ignoresProjects(lifecycle.body));
}

/** https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes */
function ignoresProjects(lifecycle: Body): boolean {
  let ignored = false;
  const value = lifecycle.attribute("ignore_changes")?.value;
  if (value === undefined) return false;
  visitExpression(value, (part) => {
    ignored ||= part.kind === "reference" && (part.root === "projects" || part.root === "all");
    // JSON has the names as texts.
    ignored ||= part.kind === "literal" && (part.value === "projects" || part.value === "all");
  });
  return ignored;
}
