import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import picocolors from "picocolors";
import { isInviteType, takeInventory } from "../../src/invites/inventory.js";
import type { Assessment } from "../../src/invites/planned/assessment.js";
import { INVITE_PREFILTER, INVITE_TYPES } from "../../src/invites/providers/registry.js";
import { findAll } from "../../src/invites/rules/registry.js";
import type { StatusReport } from "../../src/invites/status.js";
import { makeReport, type Report } from "../../src/report/report.js";
import type { Style } from "../../src/report/style.js";
import { loadConfiguration } from "../../src/terraform/configuration/load-configuration.js";
import { readStateFile } from "../../src/terraform/state/read-state.js";

/** Unix seconds at which these reports are made. */
export const REPORT_NOW = 1_795_000_000;

export const DAY = 86_400;

const WANTED = { wantedTypes: isInviteType };

/**
 * A report on a root module of these files, `terraform.tfstate` among them where it has a state. Its invites have the
 * given statuses by address; the others are not sent yet.
 */
export async function reportOf(
  files: Readonly<Record<string, string>>,
  statuses: Readonly<Record<string, StatusReport>>,
): Promise<Report> {
  const cwd = await mkdtemp(path.join(os.tmpdir(), "tfinvite-test-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
      await writeFile(path.join(cwd, name), text);
    }
    const configuration = await loadConfiguration({
      directory: ".",
      cwd,
      types: INVITE_TYPES,
      mention: INVITE_PREFILTER,
      tool: "terraform",
      env: {},
    });
    const read =
      "terraform.tfstate" in files ? await readStateFile(path.join(cwd, "terraform.tfstate"), WANTED) : undefined;
    if (read?.ok === false) throw new Error(read.error.message);
    const inventory = takeInventory(configuration, read?.state);
    const assessment: Assessment = {
      mode: "live",
      inventory,
      statuses: new Map(
        inventory.entries.map((entry) => {
          const status: StatusReport = statuses[entry.name] ?? { status: "not-sent", isMember: false };
          return [entry, { ...status, objects: entry.objects.map(() => status) }];
        }),
      ),
    };
    return makeReport(
      {
        tool: { name: "tfinvite", version: "0.0.0" },
        mode: "live",
        findings: findAll(assessment),
        silenced: [],
        rules: [],
        errors: [],
        requests: 2,
        now: REPORT_NOW,
      },
      [assessment],
    );
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** A look without colours, or with them; no width means a pipe. */
export function look(options: {
  readonly width?: number;
  readonly colors?: boolean;
  readonly unicode?: boolean;
  /** Links as Markdown has them. */
  readonly links?: boolean;
}): Style {
  const { width, colors = false, unicode = true } = options;
  const { bold, dim, red, yellow, cyan, magenta } = picocolors.createColors(colors);
  const link =
    options.links === true ? (text: string, address: string) => `[${text}](${address})` : (text: string) => text;
  return { bold, dim, red, yellow, cyan, magenta, link, unicode, ...(width !== undefined && { width }) };
}

/** Escape codes of colours in a form that can be read and diffed: `<2>` for dim, `<22>` for its end. */
export function showColors(text: string): string {
  const [first, ...rest] = text.split("\u001b[");
  return first + rest.map((piece) => piece.replace(/^(\d+)m/, "<$1>")).join("");
}
