import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { anInvite, aUser, type StandInOptions } from "../stand-in/server.js";
import { NOW, type Ran, type RunOptions } from "./program.js";
import { inScene, type Scene, type SceneOptions } from "./recording.js";
import { httpBackend, type StateServer, startStateServer } from "./state-server.js";
import { stateOf } from "./states.js";

/** The real terraform, without its update check. */
export const hasTerraform = spawnSync("terraform", ["version"]).status === 0;
export const WITHOUT_TERRAFORM = "(skipped where terraform is not on the PATH)";

const SECONDS = NOW / 1000;
const SENT = SECONDS - 172_800;

/** The addresses of the team's used invites; Erin's is pending. */
export const USED = [
  "openai_invite.alice",
  'openai_invite.team["dan@example.com"]',
  `openai_invite.team["o'neil@example.com"]`,
] as const;

/** A number that JavaScript cannot represent. */
export const BIG = "12345678901234567890123";

/** The state of the team, with something that is not an invite. */
export function teamState(lineage?: string): string {
  const document: { resources: object[] } = JSON.parse(
    stateOf(
      [
        { name: "alice", id: "invite-1", email: "alice@example.com" },
        { name: "team", id: "invite-2", email: "dan@example.com", key: "dan@example.com" },
        { name: "team", id: "invite-4", email: "erin@example.com", key: "erin@example.com" },
        { name: "team", id: "invite-3", email: "o'neil@example.com", key: "o'neil@example.com" },
      ],
      lineage,
    ),
  );
  return JSON.stringify({
    ...document,
    outputs: { region: { value: "eu", type: "string" }, big: { value: "BIG", type: "number" } },
    resources: [
      ...document.resources,
      {
        mode: "managed",
        type: "terraform_data",
        name: "other",
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: [
          {
            schema_version: 0,
            attributes: { id: "one", input: "<&>", output: null, triggers_replace: null },
            sensitive_attributes: [],
            dependencies: ["openai_invite.alice"],
          },
        ],
      },
    ],
  }).replace('"BIG"', BIG);
}

export function teamApi(): StandInOptions {
  const people = ["alice", "dan", "o'neil", "erin"];
  return {
    invites: people.map((name, index) => ({
      ...anInvite(`invite-${index + 1}`, `${name}@example.com`, SENT),
      ...(name !== "erin" && { status: "accepted", accepted_at: SENT + 60 }),
    })),
    users: people
      .filter((name) => name !== "erin")
      .map((name, index) => aUser(`user-${index + 1}`, `${name}@example.com`, SENT + 60)),
  };
}

/** A root module that `repair --apply` can be called in, with a state home of its own. */
export interface ApplyScene extends Scene {
  readonly env: Readonly<Record<string, string>>;
  /** Where backups and journals are. */
  readonly journals: string;
  readState(): Promise<string>;
  /** Names in the folder of journals, sorted. */
  listJournals(): Promise<string[]>;
  terraform(...args: readonly string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  };
}

function sceneIn(scene: Scene, readState: () => Promise<string>): ApplyScene {
  const home = path.join(scene.directory, ".home");
  const env = { XDG_STATE_HOME: home, CHECKPOINT_DISABLE: "1" };
  const journals = path.join(home, "tfinvite/repairs");
  return {
    ...scene,
    env,
    journals,
    readState,
    run: (args: readonly string[], more: Partial<RunOptions> = {}): Promise<Ran> =>
      scene.run(args, { ...more, env: { ...env, ...more.env } }),
    listJournals: async () => (await readdir(journals).catch(() => [])).sort(),
    terraform(...args) {
      const { status, stdout, stderr } = spawnSync("terraform", args, {
        cwd: scene.directory,
        encoding: "utf8",
        env: { ...process.env, ...env },
      });
      return { status, stdout, stderr };
    },
  };
}

/** Plays in a root module whose state is a file. */
export function withLocalState(options: SceneOptions, play: (scene: ApplyScene) => Promise<void>): Promise<void> {
  return inScene(options, async (scene) => {
    // It would make Terraform ask for the provider, which is nowhere to be had here.
    await rm(path.join(scene.directory, ".terraform.lock.hcl"), { force: true });
    await play(sceneIn(scene, () => readFile(path.join(scene.directory, "terraform.tfstate"), "utf8")));
  });
}

/** Plays with the team's state in a file. */
export function withTeam(play: (scene: ApplyScene) => Promise<void>, options: SceneOptions = {}): Promise<void> {
  const files = { "main.tf": "locals {}\n", "terraform.tfstate": teamState(), ...options.files };
  return withLocalState({ ...options, api: { ...teamApi(), ...options.api }, files }, play);
}

/** Plays with the team's state behind a backend of type http, initialised by the real terraform. */
export function withHttpState(
  play: (scene: ApplyScene, server: StateServer) => Promise<void>,
  options: SceneOptions & { readonly locks?: boolean } = {},
): Promise<void> {
  return inScene({ ...options, api: { ...teamApi(), ...options.api } }, async (scene) => {
    const server = await startStateServer();
    try {
      const found = sceneIn(scene, async () => server.state);
      await mkdir(scene.directory, { recursive: true });
      await writeFile(path.join(scene.directory, "backend.tf"), httpBackend(server.url, options));
      await terraformInit(found);
      server.state = teamState();
      server.log.length = 0;
      await play(found, server);
    } finally {
      await server.close();
    }
  });
}

/** `terraform init` beside a server that lives in this process: it must not be waited for in one piece. */
async function terraformInit({ directory, env }: ApplyScene): Promise<void> {
  const { spawn } = await import("node:child_process");
  const child = spawn("terraform", ["init", "-input=false", "-no-color"], {
    cwd: directory,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (piece: Buffer) => {
    stderr += piece.toString();
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`terraform init failed: ${stderr}`);
}

/** Journals' names and the scene's folder made the same in every run. */
export function scrubbed(text: string, { directory }: Scene): string {
  return text.replaceAll(directory, "DIRECTORY").replaceAll(/\b\d{8}-\d{6}-[0-9a-f]{8}\b/g, "REPAIR");
}
