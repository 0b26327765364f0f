import { createHash } from "node:crypto";
import type { Finding } from "../invites/rules/finding.js";
import type { Report } from "./report.js";

/**
 * A name for each finding that stays the same while lines move, silenced ones included: SHA-256 in hexadecimal of the
 * rule, the root module, the address (or else the file), and the number among those that share all of these.
 */
export function fingerprintsOf(report: Report): Map<Finding, string> {
  const findings = [...report.findings, ...report.silenced.map(({ finding }) => finding)];
  const seen = new Map<string, number>();
  const fingerprints = new Map<Finding, string>();
  for (const finding of findings.sort(byPlace)) {
    const key = JSON.stringify([finding.rule, finding.directory, finding.address ?? "", fileOf(finding)]);
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    fingerprints.set(finding, createHash("sha256").update(`${key}#${number}`).digest("hex"));
  }
  return fingerprints;
}

/** A finding about a resource is known by its address wherever its block is moved. */
function fileOf({ address, range }: Finding): string {
  return address === undefined ? (range?.file ?? "") : "";
}

/** Only findings alike are told apart by it, and those lie in one file. */
function byPlace(a: Finding, b: Finding): number {
  return (a.range?.start.offset ?? 0) - (b.range?.start.offset ?? 0);
}
