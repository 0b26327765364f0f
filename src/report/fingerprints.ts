import { createHash } from "node:crypto";
import type { Finding } from "../invites/rules/finding.js";
import { type Paths, shownFile } from "./checkout.js";
import type { Report } from "./report.js";

/**
 * A name for each finding that stays the same while lines move, silenced ones included: SHA-256 in hexadecimal of the
 * rule, the root module, the address (or else the file), and the number among those that share all of these.
 */
export function fingerprintsOf(report: Report, paths: Paths): Map<Finding, string> {
  const findings = [...report.findings, ...report.silenced.map(({ finding }) => finding)];
  // Only findings that are alike are numbered by their order, and those are in one file.
  findings.sort((a, b) => (a.range?.start.offset ?? 0) - (b.range?.start.offset ?? 0));
  const fingerprint = fingerprinter();
  return new Map(
    findings.map((finding) => {
      const { rule, directory, address, range } = finding;
      // A finding about a resource is known by its address wherever its block is moved.
      const file = address === undefined && range !== undefined ? shownFile(range.file, paths) : "";
      return [finding, fingerprint(JSON.stringify([rule, shownFile(directory, paths), address ?? "", file]))];
    }),
  );
}

/** Makes fingerprints of keys; equal keys are numbered in the order in which they come. */
export function fingerprinter(): (key: string) => string {
  const seen = new Map<string, number>();
  return (key) => {
    const number = (seen.get(key) ?? 0) + 1;
    seen.set(key, number);
    return createHash("sha256").update(`${key}#${number}`).digest("hex");
  };
}
