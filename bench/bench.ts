// Whole-process times and memory beside other tools in the same run, with their goals. Nothing is asserted.
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { AdminApi } from "../src/openai/client.js";
import { lookUpInvites } from "../src/openai/invites.js";
import { lookUpMembers } from "../src/openai/members.js";
import { anInvite, aUser, startStandIn } from "../test/stand-in/server.js";
import { virtualClock } from "../test/stand-in/virtual-clock.js";
import { benchLint } from "./lint.js";
import { canRun, compare, type Figures, figureCells, printTable } from "./measure.js";
import { benchRepair, CHANGE, changeAlone, SERVE, serveAdminApi } from "./repair.js";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const TFINVITE = path.join(ROOT, "bin/tfinvite.js");
const SENT = Math.floor(Date.now() / 1000) - 86_400;

function figureRows(figures: ReadonlyMap<string, Figures>, goals: Readonly<Record<string, string>> = {}): string[][] {
  return [...figures].map(([name, measured]) => [name, ...figureCells(measured), goals[name] ?? ""]);
}

const HEAD = ["", "median", "least", "peak memory", "goal"];

function benchStart(scratch: string): void {
  const root = path.join(scratch, "root");
  cpSync(path.join(ROOT, "fixtures/recordings/openai-openai-1.1.0/config"), root, { recursive: true });
  cpSync(
    path.join(ROOT, "fixtures/recordings/openai-openai-1.1.0/state-refreshed.tfstate"),
    path.join(root, "terraform.tfstate"),
  );
  const node = process.execPath;
  const figures = compare({
    "node, doing nothing": [node, "-e", "0"],
    "tfinvite --version": [node, TFINVITE, "--version"],
    "tfinvite check --offline, 13 invites": [node, TFINVITE, "check", "--offline", root],
  });
  printTable("Cold starts", HEAD, figureRows(figures));
}

/** A state of about 100 MB in Terraform's own layout: a thousand invites among other resources. */
function writeBigState(file: string): void {
  const out = openSync(file, "w");
  writeSync(
    out,
    `{\n  "version": 4,\n  "terraform_version": "1.11.4",\n  "serial": 7,\n  "lineage": "0a1b2c3d-0000-4000-8000-000000000000",\n  "outputs": {},\n  "resources": [`,
  );
  for (let i = 0; i < 24_000; i += 1) {
    const invite = i % 24 === 0;
    const attributes = invite
      ? {
          accepted_at: null,
          created_at: SENT,
          email: `person${i}@example.com`,
          expires_at: SENT + 604_800,
          id: `invite-${i}`,
          invite_id: `invite-${i}`,
          projects: [],
          role: "reader",
          status: "pending",
        }
      : {
          id: `object-${i}`,
          tags: Object.fromEntries(
            Array.from({ length: 30 }, (_, tag) => [
              `tag-${tag}`,
              `value "${tag}" of ${i}, with some text behind it to fill the line`,
            ]),
          ),
          policy: '{"Statement":[{"Effect":"Allow"}]}'.repeat(12),
        };
    const resource = {
      mode: "managed",
      type: invite ? "openai_invite" : "aws_iam_policy",
      name: `r${i}`,
      provider: `provider["registry.terraform.io/${invite ? "openai/openai" : "hashicorp/aws"}"]`,
      instances: [{ schema_version: 0, attributes, sensitive_attributes: [] }],
    };
    const text = JSON.stringify(resource, null, 2).replaceAll("\n", "\n    ");
    writeSync(out, `${i === 0 ? "" : ","}\n    ${text}`);
  }
  writeSync(out, `\n  ],\n  "check_results": null\n}\n`);
  closeSync(out);
}

function benchState(scratch: string): void {
  const file = path.join(scratch, "big.tfstate");
  writeBigState(file);
  const node = process.execPath;
  const commands: Record<string, readonly [string, ...string[]]> = {
    "tfinvite status --offline": [node, TFINVITE, "status", "--offline", "--format", "json", "--state", file, scratch],
    "node: JSON.parse of it": [
      node,
      "-e",
      `JSON.parse(require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8"))`,
    ],
  };
  if (canRun("jq"))
    commands["jq: count its invites"] = ["jq", '[.resources[] | select(.type == "openai_invite")] | length', file];
  if (canRun("terraform", ["version"]))
    commands["terraform state list"] = ["terraform", "state", "list", `-state=${file}`];
  const size = (statSync(file).size / 1e6).toFixed(0);
  printTable(
    `A state of ${size} MB with 1,000 invites`,
    HEAD,
    figureRows(compare(commands, { runs: 5, cwd: scratch }), {
      "tfinvite status --offline": "1/3 of jq's time, 2/3 of its memory",
    }),
  );
}

/** Requests, and the time that they take under the API's rate limit, on a clock that does not really wait. */
async function requestsFor(
  wanted: number,
  organization: number,
  users: number,
  limit?: number,
): Promise<{ requests: number; minutes: number; unknown: number }> {
  const clock = virtualClock();
  const server = await startStandIn({
    now: clock.now,
    invites: Array.from({ length: organization }, (_, i) => anInvite(`invite-${i}`, `person${i}@example.com`, SENT)),
    users: Array.from({ length: users }, (_, i) => aUser(`user-${i}`, `person${i}@example.com`, SENT)),
  });
  if (limit !== undefined) server.limitTo(limit);
  const api = new AdminApi({
    baseUrl: new URL(server.url),
    key: server.key,
    userAgent: "tfinvite-bench",
    signal: new AbortController().signal,
    clock,
  });
  const start = clock.now();
  try {
    // Spread over the listing, like the invites of one root module among those of an organization.
    const picked = Array.from({ length: wanted }, (_, i) => Math.floor((i * organization) / wanted));
    const invites = await lookUpInvites(
      api,
      picked.map((i) => `invite-${i}`),
    );
    const members = await lookUpMembers(
      api,
      picked.map((i) => `person${i}@example.com`),
    );
    return {
      requests: api.requests,
      minutes: (clock.now() - start) / 60_000,
      unknown: invites.failed.size + members.failed.size,
    };
  } finally {
    await api.close();
    await server.close();
  }
}

async function benchRequests(): Promise<void> {
  const cases: readonly (readonly [wanted: number, organization: number, users: number, limit?: number])[] = [
    [1, 2000, 50],
    [5, 80, 50],
    [5, 2000, 1500],
    [40, 120, 90],
    [40, 120, 90, 7],
    [200, 1000, 800],
    [1000, 1000, 1000],
    [1000, 1000, 1000, 7],
  ];
  const rows: string[][] = [];
  for (const [wanted, organization, users, limit] of cases) {
    const { requests, minutes, unknown } = await requestsFor(wanted, organization, users, limit);
    const pages = Math.ceil(organization / 100) + Math.ceil(users / 100);
    rows.push([
      `${wanted} of ${organization} invites, ${users} users`,
      limit === undefined ? "none" : `${limit}/min`,
      String(requests),
      String(wanted),
      String(pages),
      `${minutes.toFixed(1)} min`,
      String(unknown),
    ]);
  }
  printTable("Admin API requests", ["", "limit", "requests", "a refresh", "all pages", "waited", "unknown"], rows);
}

/** Which parts are measured: all, or those named on the command line, as in `npm run bench -- repair`. */
const PARTS: Readonly<Record<string, (scratch: string) => void | Promise<void>>> = {
  start: benchStart,
  lint: (scratch) => benchLint(scratch, TFINVITE),
  state: benchState,
  requests: benchRequests,
  repair: (scratch) => benchRepair(scratch, TFINVITE, fileURLToPath(import.meta.url)),
};

async function measure(named: readonly string[]): Promise<void> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "tfinvite-bench-"));
  try {
    console.log(`node ${process.version}, ${os.cpus().length} × ${os.cpus()[0]?.model ?? "?"}`);
    for (const [name, part] of Object.entries(PARTS)) {
      if (named.length === 0 || named.includes(name)) await part(scratch);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (process.argv[2] === SERVE) await serveAdminApi();
else if (process.argv[2] === CHANGE) await changeAlone();
else await measure(process.argv.slice(2));
