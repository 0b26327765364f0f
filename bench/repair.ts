import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "../src/base/clock.js";
import type { EngineContext } from "../src/base/engine-context.js";
import { isInviteType, takeInventory } from "../src/invites/inventory.js";
import { INVITE_TYPES } from "../src/invites/providers/registry.js";
import { openJournalFolder } from "../src/repair/state-folder.js";
import { findStatePlace } from "../src/repair/state-place.js";
import { removeFromState } from "../src/repair/transaction.js";
import { loadConfiguration } from "../src/terraform/configuration/load-configuration.js";
import { readStateFile } from "../src/terraform/state/read-state.js";
import { anInvite, aUser, STAND_IN_KEY, startStandIn } from "../test/stand-in/server.js";
import { canRun, compare, figureCells, printTable } from "./measure.js";

/** How many invites are forgotten at a time. */
const INVITES = 2000;
const SENT = Math.floor(Date.now() / 1000) - 86_400;

/** The Admin API in a process of its own, because the wait for a measured program blocks this one. */
export const SERVE = "--serve-admin-api";

export async function serveAdminApi(): Promise<void> {
  const api = await startStandIn({
    invites: Array.from({ length: INVITES }, (_, i) => ({
      ...anInvite(`invite-${i}`, `person${i}@example.com`, SENT),
      status: "accepted",
      accepted_at: SENT + 60,
    })),
    users: Array.from({ length: INVITES }, (_, i) => aUser(`user-${i}`, `person${i}@example.com`, SENT + 60)),
  });
  process.stdout.write(`${api.url}\n`);
}

/** The change of `repair --apply` after the look-up, in a process of its own. */
export const CHANGE = "--change-alone";

export async function changeAlone(): Promise<void> {
  const { stdin, env, platform } = process;
  const line = { show: () => {}, end: () => {} };
  const context: EngineContext = {
    ...{ stdin, env, platform, cwd: process.cwd(), signal: new AbortController().signal, clock: systemClock },
    progress: { steps: () => line, lookUp: () => line },
    notify: () => {},
  };
  const read = await readStateFile(path.join(context.cwd, "terraform.tfstate"), { wantedTypes: isInviteType });
  if (!read.ok) throw new Error(read.error.message);
  const root = { directory: ".", types: INVITE_TYPES, mention: INVITE_TYPES, tool: "terraform" } as const;
  const inventory = takeInventory(await loadConfiguration({ ...root, cwd: context.cwd, env }), read.state);
  const outcome = await removeFromState(
    {
      place: await findStatePlace({ directory: ".", argv: ["terraform"] }, context),
      forget: inventory.entries.map((entry) => ({
        entry,
        status: { status: "accepted", objects: [] },
        used: true,
        planned: [],
      })),
      lineage: read.state.lineage ?? "",
      lockTimeout: 0,
      endedBefore: new Set(),
      tool: "terraform",
      force: false,
      folder: await openJournalFolder(context),
    },
    line,
    context,
  );
  if (outcome.kind !== "done") throw new Error(outcome.kind);
}

function startAdminApi(program: string): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const child = spawn(process.execPath, [program, SERVE], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.stdout.once("data", (line: Buffer) => resolve({ child, url: line.toString().trim() }));
  });
}

/** A state with the invites and enough other instances for the size. */
function stateOf(instances: number): string {
  const others = instances - INVITES;
  const state = {
    version: 4,
    terraform_version: "1.11.4",
    serial: 7,
    lineage: "0a1b2c3d-0000-4000-8000-000000000000",
    outputs: {},
    resources: [
      {
        mode: "managed",
        type: "openai_invite",
        name: "team",
        provider: 'provider["registry.terraform.io/openai/openai"]',
        instances: Array.from({ length: INVITES }, (_, i) => ({
          index_key: `person${i}@example.com`,
          schema_version: 0,
          attributes: {
            id: `invite-${i}`,
            invite_id: `invite-${i}`,
            email: `person${i}@example.com`,
            role: "reader",
            status: "accepted",
            projects: [],
          },
          sensitive_attributes: [],
        })),
      },
      ...Array.from({ length: others }, (_, i) => ({
        mode: "managed",
        type: "terraform_data",
        name: `other_${i}`,
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [
          {
            schema_version: 0,
            attributes: { id: `object-${i}`, input: `text ${i}`.repeat(8), output: null, triggers_replace: null },
            sensitive_attributes: [],
          },
        ],
      })),
    ],
    check_results: null,
  };
  // In the format that Terraform writes: it then keeps unchanged parts byte for byte.
  return `${JSON.stringify(state, null, 2)}\n`;
}

/**
 * Forgetting two thousand invites: `repair --apply`, with both look-ups, beside Terraform alone with the same
 * addresses.
 */
export async function benchRepair(scratch: string, tfinvite: string, program: string): Promise<void> {
  if (!canRun("terraform", ["version"])) return;
  const { child, url } = await startAdminApi(program);
  try {
    const rows: string[][] = [];
    for (const instances of [INVITES, 10_000]) {
      const root = path.join(scratch, `repair-${instances}`);
      mkdirSync(root);
      const state = path.join(root, "terraform.tfstate");
      writeFileSync(path.join(root, "before.tfstate"), stateOf(instances));
      const addresses = Array.from({ length: INVITES }, (_, i) => `openai_invite.team["person${i}@example.com"]`);
      const node = process.execPath;
      const figures = compare(
        {
          "terraform state rm": ["terraform", "state", "rm", ...addresses],
          "tfinvite repair, the look-up alone": [node, tfinvite, "repair", "--print0"],
          "the change alone: backup, state rm, proof": [node, program, CHANGE],
          "tfinvite repair --apply": [node, tfinvite, "repair", "--apply", "--yes"],
        },
        {
          cwd: root,
          env: {
            ...process.env,
            CHECKPOINT_DISABLE: "1",
            OPENAI_ADMIN_KEY: STAND_IN_KEY,
            OPENAI_BASE_URL: url,
            XDG_STATE_HOME: path.join(scratch, "state-home"),
          },
          before: () => copyFileSync(path.join(root, "before.tfstate"), state),
        },
      );
      const alone = figures.get("terraform state rm")?.seconds.median ?? Number.NaN;
      for (const [name, measured] of figures) {
        const times = `${(measured.seconds.median / alone).toFixed(2)} ×`;
        const goal = name.endsWith("--apply") || name.startsWith("the change") ? "1.5 ×" : "";
        rows.push([`${name}, ${INVITES} of ${instances}`, ...figureCells(measured), times, goal]);
      }
    }
    printTable("Two thousand invites forgotten", ["", "median", "least", "peak memory", "times", "goal"], rows);
  } finally {
    child.kill();
  }
}
