import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type StandIn, type StandInOptions, startStandIn } from "../stand-in/server.js";
import { NOW, type Ran, ROOT, type RunOptions, tfinvite } from "./program.js";
import { apiOfPlan } from "./recorded-api.js";

export const RECORDINGS = path.join(ROOT, "fixtures/recordings");

/** The recordings of the whole story: thirteen invites each. */
export const STORIES = ["openai-openai-1.1.0", "mkdev-me-openai-2.2.7", "jianyuan-openai-0.7.0"] as const;

/** A root module in a folder of its own, and a stand-in Admin API beside it. */
export interface Scene {
  readonly directory: string;
  readonly api: StandIn;
  /** Runs the program there, with the stand-in's address and key. */
  run(args: readonly string[], options?: Partial<RunOptions>): Promise<Ran>;
}

export interface SceneOptions {
  readonly recording?: string;
  /** Which recorded state becomes `terraform.tfstate`; none where it is null. */
  readonly state?: string | null;
  /** Which recorded plan becomes `plan.json`, with no state beside it and with the API as it was then. */
  readonly plan?: string;
  /** The recorded plan at whose time the API is, where no plan is copied. */
  readonly apiOf?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly api?: StandInOptions;
}

/** Plays a scene in a copy of a recorded root module, and clears it away. */
export async function inScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  const { recording, plan, apiOf = plan, files = {} } = options;
  const { state = recording === undefined || plan !== undefined ? null : "state-created.tfstate" } = options;
  const directory = await mkdtemp(path.join(os.tmpdir(), "tfinvite-test-"));
  const folder = recording === undefined ? undefined : path.join(RECORDINGS, recording);
  const api = await startStandIn({
    now: () => NOW,
    ...(folder !== undefined && (apiOf === undefined ? { recording: folder } : apiOfPlan(folder, apiOf))),
    ...options.api,
  });
  try {
    if (folder !== undefined) await copyRecording(folder, directory, state);
    if (folder !== undefined && plan !== undefined) {
      await cp(path.join(folder, plan), path.join(directory, "plan.json"));
      await editAsPlanned(directory, plan);
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
      await writeFile(path.join(directory, name), text);
    }
    const env = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url };
    await play({
      directory,
      api,
      run: (args, more = {}) => tfinvite(args, { cwd: directory, ...more, env: { ...env, ...more.env } }),
    });
  } finally {
    await api.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Configuration, module manifest and state, as Terraform leaves them. */
async function copyRecording(folder: string, directory: string, state: string | null): Promise<void> {
  await cp(path.join(folder, "config"), directory, { recursive: true });
  await mkdir(path.join(directory, ".terraform/modules"), { recursive: true });
  const manifest = path.join(folder, "config-terraform-dir/modules.json");
  await cp(manifest, path.join(directory, ".terraform/modules/modules.json")).catch((error: NodeJS.ErrnoException) => {
    // The oldest recording has no modules.
    if (error.code !== "ENOENT") throw error;
  });
  if (state !== null) await cp(path.join(folder, state), path.join(directory, "terraform.tfstate"));
}

/** The edit of the configuration that a recorded plan was made from; the recorded configuration is the one before it. */
async function editAsPlanned(directory: string, plan: string): Promise<void> {
  if (plan !== "plan-role-change.json") return;
  const file = path.join(directory, "invites.tf");
  const before = await readFile(file, "utf8");
  // Alice's is the first block.
  await writeFile(file, before.replace('role  = "owner"', 'role  = "reader"'));
}
