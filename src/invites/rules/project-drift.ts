import type { Body } from "../../terraform/configuration/syntax/syntax.js";
import { visitExpression } from "../../terraform/configuration/syntax/traversal.js";
import type { InviteEntry } from "../inventory.js";
import { holdsForAll } from "../providers/dialects.js";
import { forget } from "../remedies/remedies.js";
import { isUsed } from "../status.js";
import { assessedInvites, inviteArguments, inviteLocation } from "./about-invite.js";
import type { Rule } from "./rule.js";

/** OpenAI gave the invite projects that its block does not name, and the next plan replaces it for that, with no edit. */
export const projectDrift: Rule = {
  id: "project-drift",
  severity: "warning",
  title: "projects that OpenAI gave and the configuration lacks",
  fixable: false,
  needs: "live",
  find(assessment) {
    return assessedInvites(assessment)
      .filter(({ entry, status }) => entry.inState && (status.projects ?? []).length > 0 && setsNoProjects(entry))
      .filter(({ entry }) => holdsForAll(entry.provider, ({ unaskedProject }) => unaskedProject === "replaces"))
      .map(({ entry, status }) => ({
        rule: "project-drift" as const,
        ...inviteLocation(entry),
        arguments: {
          ...inviteArguments(entry),
          projects: (status.projects ?? []).map(({ id }) => id),
          isUsed: isUsed(status.status),
        },
        ...(isUsed(status.status) && { remedy: forget(entry, assessment.inventory) }),
      }));
  },
};

/** Whether the block is there and leaves the projects to OpenAI. An empty list is one that was asked for. */
function setsNoProjects({ inConfig, resource }: InviteEntry): boolean {
  if (inConfig !== true || resource === undefined) return false;
  const { body } = resource.block;
  const dynamic = body.blocks("dynamic", 1).some(({ labels }) => labels[0]?.value === "projects");
  if (dynamic || body.attribute("projects") !== undefined || body.blocks("projects", 0).length > 0) return false;
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
