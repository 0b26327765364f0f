import { groupBy } from "../base/group-by.js";
import { inviteKey, type ReportedInvite } from "../invites/planned/assessment.js";
import type { Finding, RuleId, Severity } from "../invites/rules/finding.js";
import { formatResourceAddress } from "../terraform/addresses/address.js";
import { fileAndLine, type SourceRange } from "../terraform/source-range.js";
import { wordsOf } from "./messages/words.js";
import type { Report } from "./report.js";
import { WORST_FIRST } from "./severity.js";

/** Formats for people show this many rows of a block, and count the others. */
export const MOST_ROWS = 10;

/** One invite, or one place, that a block is about. */
export interface Instance {
  readonly finding: Finding;
  /** Absent where the finding is about a whole resource, a data source, or no invite. */
  readonly invite?: ReportedInvite;
}

/** The instances of one resource at one place. */
export interface Row {
  readonly directory: string;
  readonly range?: SourceRange;
  /** The address without the instance key where there are several instances; absent where the finding has none. */
  readonly address?: string;
  readonly instances: readonly Instance[];
  /** How many invites the resource has; absent where that is not known, or the finding is about no invite. */
  readonly of?: number;
}

/** Findings that say the same, to be shown as one. */
export interface Block {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly docs: string;
  readonly title: string;
  readonly detail: string;
  readonly findings: readonly Finding[];
  readonly rows: readonly Row[];
  /** Where all of it is, file and line, where that is one place. */
  readonly place?: SourceRange;
}

/**
 * The findings as blocks: those with the same rule, severity, title, detail and kind of remedy are one. Errors come
 * first, then warnings, then notices; in each, and in a block, the order is that of the report.
 */
export function blocksOf({ findings, invites }: Pick<Report, "findings" | "invites">): Block[] {
  const byName = new Map(invites.map((invite) => [inviteKey(invite.entry.directory, invite.entry.name), invite]));
  const sizes = resourceSizes(invites);
  const groups = groupBy(
    findings.map((finding) => ({ finding, words: wordsOf(finding) })),
    ({ finding: { rule, severity, docs, remedy }, words: { title, detail } }) =>
      JSON.stringify([rule, severity, docs, title, detail, remedy?.kind]),
  );
  const blocks = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { rule, severity, docs } = first.finding;
    const those = group.map(({ finding }) => finding);
    const instances = those.map((finding): Instance => {
      const invite = byName.get(inviteKey(finding.directory, finding.address ?? ""));
      return { finding, ...(invite !== undefined && { invite }) };
    });
    const place = commonPlace(those);
    const rows = rowsOf(instances, sizes);
    return [{ rule, severity, docs, ...first.words, findings: those, rows, ...(place !== undefined && { place }) }];
  });
  return WORST_FIRST.flatMap((severity) => blocks.filter((block) => block.severity === severity));
}

/** The place that all findings have; undefined where they have several, or one has none. */
function commonPlace(findings: readonly Finding[]): SourceRange | undefined {
  const [first, ...others] = findings.map(({ range }) => range);
  const same =
    first !== undefined && others.every((one) => one !== undefined && fileAndLine(one) === fileAndLine(first));
  return same ? first : undefined;
}

function rowsOf(instances: readonly Instance[], sizes: ReadonlyMap<string, number | undefined>): Row[] {
  const groups = groupBy(instances, ({ finding, invite }) => {
    const { directory, range, address = "" } = finding;
    const resource = invite === undefined ? address : formatResourceAddress(invite.entry.address);
    return JSON.stringify([directory, range && fileAndLine(range), resource]);
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { directory, range, address } = first.finding;
    const resource = first.invite && formatResourceAddress(first.invite.entry.address);
    const shown = group.length > 1 ? (resource ?? address) : address;
    const of = resource === undefined ? undefined : sizes.get(inviteKey(directory, resource));
    return [
      {
        directory,
        instances: group,
        ...(range !== undefined && { range }),
        ...(shown !== undefined && { address: shown }),
        ...(of !== undefined && { of }),
      },
    ];
  });
}

/** How many invites each resource has, by directory and address; undefined where not all of them are known. */
function resourceSizes(invites: readonly ReportedInvite[]): Map<string, number | undefined> {
  const groups = groupBy(invites, ({ entry }) => inviteKey(entry.directory, formatResourceAddress(entry.address)));
  return new Map(
    [...groups].map(([key, those]) => {
      const isWhole = those.every(({ entry }) => entry.unknownInstances === undefined);
      return [key, isWhole ? those.length : undefined];
    }),
  );
}
