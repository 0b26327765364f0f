import { count } from "../base/phrases.js";
import { failsEveryPlan, inviteKey, type ReportedInvite } from "../invites/planned/assessment.js";
import type { Finding } from "../invites/rules/finding.js";
import { formatResourceAddress } from "../terraform/addresses/address.js";
import { mergedCommands } from "./block-fix.js";
import { tfinviteCommand } from "./commands.js";
import type { Report } from "./report.js";
import { kindOf } from "./status-view.js";
import type { CommandContext } from "./style.js";

/** A command that can be pasted. */
export interface NextStep {
  readonly command: string;
  /** What it does: a verb phrase. */
  readonly purpose: string;
}

/** The few commands that solve most of what a report has found, the most important first. */
export function nextSteps(report: Report, context: CommandContext): NextStep[] {
  const command = (name: string, flags: readonly string[], directories = report.directories) =>
    tfinviteCommand(name, { directories }, flags, context);
  const steps: NextStep[] = [];
  const { findings } = report;
  // Repair removes the used invites whose findings are silenced, too.
  const removable = findings.some(({ remedy }) => remedy?.kind === "forget") ? removableOf(report) : [];
  const removed = removable.length;
  const drops = findings.filter(({ rule, remedy }) => rule === "member-invited" && remedy?.kind === "drop");
  const declared = countInvites(drops);
  if (removed > 0) {
    const purpose = `remove ${count(removed, "invite")} from state and configuration, with backup and undo`;
    const where = directoriesOf(removable.map(({ entry }) => entry));
    const asCode = "the same as code, for a pull request";
    steps.push(
      { command: command("repair", ["--apply", "--write"], where), purpose },
      { command: command("repair", ["--as", "blocks", "--write"], where), purpose: asCode },
    );
  } else if (declared > 0) {
    const purpose = `remove ${count(declared, "invite")} of members from the configuration`;
    steps.push({ command: command("repair", ["--write"], directoriesOf(drops)), purpose });
  }
  const expired = findings.filter(({ remedy }) => remedy?.kind === "replace");
  for (const text of mergedCommands(expired, context) ?? []) {
    steps.push({ command: text, purpose: `send ${count(countInvites(expired), "expired invite")} again` });
  }
  const fixable = fixableFindings(report).length;
  if (fixable > 0) {
    const purpose = `apply the safe fixes for ${count(fixable, "finding")}`;
    steps.push({ command: command("lint", ["--fix"]), purpose });
  }
  return steps;
}

/** The invites that `repair` removes from the state: used ones, and missing ones that fail every plan. */
function removableOf({ invites }: Report): ReportedInvite[] {
  return invites.filter((invite) => {
    const kind = kindOf(invite);
    return kind === "used" || (kind === "missing" && failsEveryPlan(invite));
  });
}

/** The root modules that a command has to be about, each once: of many, few may need it. */
function directoriesOf(all: readonly { readonly directory: string }[]): string[] {
  return [...new Set(all.map(({ directory }) => directory))];
}

function countInvites(findings: readonly Finding[]): number {
  return new Set(findings.map(({ directory, address = "" }) => inviteKey(directory, address))).size;
}

/** The findings that `lint --fix` can fix; where that was not tried, those of rules with a fix, but for sent invites. */
export function fixableFindings({ findings, fixes, rules, invites }: Report): readonly Finding[] {
  if (fixes !== undefined) return findings.filter((finding) => fixes.has(finding));
  const ids = new Set(rules.flatMap((rule) => (rule.fixable ? [rule.id] : [])));
  const sent = new Set(
    invites
      .filter(({ entry }) => entry.inState)
      .flatMap(({ entry }) => {
        const resource = formatResourceAddress(entry.address);
        return [inviteKey(entry.directory, resource), inviteKey(entry.directory, entry.name)];
      }),
  );
  return findings.filter(
    ({ rule, directory, address }) => ids.has(rule) && !sent.has(inviteKey(directory, address ?? "")),
  );
}
