import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import type { Finding } from "../../src/invites/rules/finding.js";
import { lintOnce } from "../../src/lint/lint-once.js";
import { formatCompact } from "../../src/report/compact.js";
import type { Report } from "../../src/report/report.js";

/** The names of the cases in a folder of cases; none where there is no such folder. */
export function casesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => statSync(path.join(folder, name)).isDirectory());
}

/** Everything that lint finds in a folder, as `compact` prints it. Nothing in it may fail to be read. */
export async function compactFindings(folder: string): Promise<string> {
  return formatCompact(await reportOn(folder));
}

/** Everything that lint finds in a folder. Nothing in it may fail to be read. */
export async function findInFiles(folder: string): Promise<readonly Finding[]> {
  return (await reportOn(folder)).findings;
}

async function reportOn(cwd: string): Promise<Report> {
  const { report, errors } = await lintOnce({ targets: ["."] }, { cwd, env: {} });
  expect(errors).toEqual([]);
  return report;
}
