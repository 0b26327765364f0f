import type { ReportError } from "../base/failure.js";
import { groupBy } from "../base/group-by.js";
import { maskOpenAiKeys } from "../base/secrets.js";
import { otherInvites as otherInvitesIn } from "../invites/other-invites.js";
import {
  type Assessment,
  assessmentOf,
  inviteKey,
  type Mode,
  type ReportedInvite,
} from "../invites/planned/assessment.js";
import type { Orphan } from "../invites/remedies/orphans.js";
import type { Finding, RuleFacts, SilencedFinding } from "../invites/rules/finding.js";
import { INVITE_STATUSES, type InviteStatus, isUsed } from "../invites/status.js";
import { type Configuration, wayFinder } from "../terraform/configuration/configuration.js";
import type { SourceRange } from "../terraform/source-range.js";
import type { ReportedFix } from "./fixes.js";

export type { ReportError };

/** What became of the search for pending invites that no state holds. */
export interface OrphanSearch {
  readonly orphans: readonly Orphan[];
  /** Invites that were listed, of any status. */
  readonly listed: number;
  /** Organizations whose list could not be read, or not to its end: there may be more. */
  readonly unlisted: number;
  /** States that were read. */
  readonly states: number;
}

/** A call that leads out of the repository's own files. */
export interface OuterCall {
  /** The root module. */
  readonly directory: string;
  /** `module.hr.module.people.`: how addresses in the called module begin, but for instance keys. */
  readonly start: string;
  /** The called module's folder, as its files are shown. */
  readonly folder: string;
  /** Of the outermost call on the way there that leads out: it is in a file of the repository. */
  readonly range: SourceRange;
}

/** Everything one run found out; each format is made from this and nothing else. */
export interface Report {
  readonly tool: { readonly name: "tfinvite"; readonly version: string };
  readonly mode: Mode;
  /** The root modules, as the user named them. */
  readonly directories: readonly string[];
  readonly invites: readonly ReportedInvite[];
  /** How many invites `invites` lacks because of a selection. */
  readonly leftOut: number;
  /** Blocks that look like invites of a type that is not known: there is more than `invites` has. */
  readonly otherInvites: number;
  /** Present where they were looked for. */
  readonly orphans?: OrphanSearch;
  /** Whether a plan was judged. */
  readonly withPlan: boolean;
  /** True where that plan stopped early, is incomplete, was made from another state, or was not understood. */
  readonly planInDoubt?: boolean;
  readonly findings: readonly Finding[];
  /** What `lint --fix` can fix, and how; absent where that was not tried. */
  readonly fixes?: ReadonlyMap<Finding, ReportedFix>;
  /** Findings that a comment or the baseline silences. They weigh nothing. */
  readonly silenced: readonly SilencedFinding[];
  /** The rules that were asked, whether or not they found anything, by id. */
  readonly rules: readonly RuleFacts[];
  readonly errors: readonly ReportError[];
  /** Calls of modules whose files the repository does not have where they are read: what is in them is shown at the call. */
  readonly calls: readonly OuterCall[];
  /** The text of each source file, for formats that show a line of it. Never part of any output as a whole. */
  readonly sources: ReadonlyMap<string, string>;
  /** How many files were searched for invites; absent where root modules were read that are known already. */
  readonly filesRead?: number;
  /** How many invites have each status that occurs, in the order of `INVITE_STATUSES`. */
  readonly statuses: ReadonlyMap<InviteStatus, number>;
  /** HTTP requests sent to the Admin API. */
  readonly requests: number;
  /** The moment that ages are counted from, Unix seconds. */
  readonly now: number;
}

/** A problem in a file as an error. */
export function errorAt({
  message,
  range: { file, start },
}: {
  readonly message: string;
  readonly range: SourceRange;
}) {
  return { message, file, line: start.line, column: start.column };
}

/** Brings root modules, their findings and what went wrong into one report. */
export function makeReport(
  run: Pick<
    Report,
    | "tool"
    | "mode"
    | "findings"
    | "silenced"
    | "rules"
    | "errors"
    | "requests"
    | "now"
    | "orphans"
    | "filesRead"
    | "planInDoubt"
  >,
  assessments: readonly Assessment[],
): Report {
  const invites = assessments.flatMap((assessment) => {
    const changes = groupBy(assessment.planned?.changes ?? [], ({ entry }) => entry);
    return assessment.inventory.entries.map((entry) => {
      const status = assessmentOf(assessment, entry);
      return {
        entry,
        ...(entry.email !== undefined && entry.hiddenEmail === undefined && { email: entry.email }),
        status,
        used: isUsed(status.status),
        planned: changes.get(entry) ?? [],
      };
    });
  });
  const directories = assessments.map((assessment) => assessment.inventory.directory);
  const sources = new Map(
    assessments.flatMap(({ inventory: { configuration } }) =>
      [...configuration.texts].filter(([file]) => !configuration.foreign.has(file)),
    ),
  );
  const otherInvites = assessments.flatMap(({ inventory }) => otherInvitesIn(inventory.configuration)).length;
  const withPlan = assessments.some(({ planned }) => planned !== undefined);
  const errors = run.errors.map((error) => ({ ...error, message: maskOpenAiKeys(error.message) }));
  const statuses = countStatuses(invites);
  const calls = assessments.flatMap(({ inventory }) => outerCalls(inventory.configuration));
  return { ...run, errors, calls, directories, invites, leftOut: 0, otherInvites, withPlan, sources, statuses };
}

function outerCalls({ directory, modules }: Configuration): OuterCall[] {
  const wayTo = wayFinder(modules);
  return modules.flatMap(({ path, directory: folder }) => {
    const outer = wayTo(path).find(({ inRepository }) => !inRepository);
    if (outer === undefined) return [];
    return [{ directory, start: path.map((name) => `module.${name}.`).join(""), folder, range: outer.range }];
  });
}

function countStatuses(invites: readonly ReportedInvite[]): Map<InviteStatus, number> {
  const counts = INVITE_STATUSES.map(
    (status) => [status, invites.filter((invite) => invite.status.status === status).length] as const,
  );
  return new Map(counts.filter(([, number]) => number > 0));
}

/** The report about some of its invites only; findings about the others go, those about no invite stay. */
export function keepInvites(report: Report, wanted: (invite: ReportedInvite) => boolean): Report {
  const invites = report.invites.filter(wanted);
  const others = report.invites.filter((invite) => !wanted(invite));
  const dropped = new Set(others.map(({ entry }) => inviteKey(entry.directory, entry.name)));
  const findings = report.findings.filter(
    ({ directory, address }) => address === undefined || !dropped.has(inviteKey(directory, address)),
  );
  return { ...report, invites, leftOut: report.leftOut + others.length, findings, statuses: countStatuses(invites) };
}

/** The report about some of the invites that no state holds. */
export function keepOrphans(report: Report, wanted: (invite: Orphan["invite"]) => boolean): Report {
  if (report.orphans === undefined) return report;
  const orphans = report.orphans.orphans.filter(({ invite }) => wanted(invite));
  return { ...report, orphans: { ...report.orphans, orphans } };
}
