import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { assessFiles } from "../../src/cli/lint/assess-files.js";
import type { Finding } from "../../src/invites/finding.js";
import { makeReport } from "../../src/invites/report.js";
import { findAll } from "../../src/invites/rules/registry.js";
import { formatCompact } from "../../src/report/compact.js";

/** What the static rules find in one root module; nothing is silenced and nothing weighed. */
export async function findInFiles(directory: string): Promise<readonly Finding[]> {
  return findAll(await assessFiles(".", { cwd: directory, env: {} }));
}

/** The same as `compact` prints it. */
export async function compactFindings(directory: string): Promise<string> {
  const assessment = await assessFiles(".", { cwd: directory, env: {} });
  const run = {
    tool: { name: "tfinvite" as const, version: "0.0.0" },
    mode: "static" as const,
    findings: findAll(assessment),
    silenced: [],
    rules: [],
    errors: [],
    requests: 0,
    now: 0,
  };
  return formatCompact(makeReport(run, [assessment]));
}

/** The folders below a fixture folder, one case each. */
export function casesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => statSync(path.join(directory, name)).isDirectory());
  } catch {
    return [];
  }
}
