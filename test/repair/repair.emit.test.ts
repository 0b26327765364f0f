import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { inScene, type Scene, type SceneOptions } from "../support/recording.js";

const RECORDED: SceneOptions = { recording: "openai-openai-1.1.0" };
/** The used invites, in the order of the state. */
const USED = [
  "openai_invite.alice",
  "openai_invite.carol",
  "openai_invite.contractor[1]",
  "openai_invite.scoped",
  'openai_invite.team["dan@example.com"]',
  'openai_invite.team["o\'neil@example.com"]',
  'module.squads["core infra"].openai_invite.member["kim@example.com"]',
];

const documentSchema = z.strictObject({
  version: z.literal(1),
  tool: z.strictObject({ name: z.literal("tfinvite"), version: z.string() }),
  repairs: z.array(
    z.strictObject({
      directory: z.string(),
      argv: z.array(z.string()),
      addresses: z.array(z.string()),
      edits: z.array(z.object({ resource: z.string(), file: z.string(), range: z.unknown() })),
    }),
  ),
  skipped: z.array(z.strictObject({ directory: z.string(), address: z.string(), reason: z.string() })),
});

/** The root module as part of a repository, called from its root. */
async function fromRepository(play: (scene: Scene, root: string) => Promise<void>): Promise<void> {
  await inScene(RECORDED, async (scene) => {
    mkdirSync(path.join(scene.directory, ".git"));
    await play(scene, scene.directory);
  });
}

describe("repair --as json", () => {
  it("has the arguments of each call as a list, so that no shell has to split them", () =>
    inScene(RECORDED, async ({ run }) => {
      const { stdout, code } = await run(["repair", "--as", "json"]);
      expect(code).toBe(0);
      const { repairs, skipped } = documentSchema.parse(JSON.parse(stdout));
      expect(skipped).toEqual([]);
      expect(repairs.map(({ directory, argv, addresses }) => ({ directory, argv, addresses }))).toEqual([
        { directory: ".", argv: ["terraform", "state", "rm", ...USED], addresses: USED },
      ]);
      expect(repairs[0]?.edits.map(({ resource, file }) => `${file} ${resource}`)).toEqual([
        "invites.tf openai_invite.alice",
        "invites.tf openai_invite.carol",
        "invites.tf openai_invite.scoped",
        "invites.tf openai_invite.contractor",
        "invites.tf openai_invite.team",
        "squads.tf module.squads.openai_invite.member",
      ]);
    }));

  it("is a document even when there is nothing to do, and says what was skipped", () =>
    inScene(RECORDED, async ({ run }) => {
      const none = await run(["repair", "--as", "json", "--status", "departed"]);
      expect(documentSchema.parse(JSON.parse(none.stdout))).toMatchObject({ repairs: [], skipped: [] });
      const blind = await run(["repair", "--as", "json"], { env: { OPENAI_ADMIN_KEY: "" } });
      const { repairs, skipped } = documentSchema.parse(JSON.parse(blind.stdout));
      expect(repairs).toEqual([]);
      expect(new Set(skipped.map(({ reason }) => reason))).toEqual(new Set(["unknown"]));
      expect(blind.code).toBe(3);
    }));
});

describe("repair --print0", () => {
  const terraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

  it("is the addresses, each ended by a NUL", () =>
    inScene(RECORDED, async ({ run }) => {
      expect((await run(["repair", "--print0"])).stdout).toBe(USED.map((name) => `${name}\0`).join(""));
    }));

  it.skipIf(!terraform)("is what xargs -0 hands to terraform (skipped: no terraform on the PATH)", () =>
    inScene(RECORDED, async ({ run, directory }) => {
      const { stdout } = await run(["repair", "--print0"]);
      // The providers cannot be installed here, and state rm does not need them.
      rmSync(path.join(directory, ".terraform.lock.hcl"));
      const removed = spawnSync("xargs", ["-0", "terraform", "state", "rm"], { cwd: directory, input: stdout });
      expect(removed.status).toBe(0);
      expect((await run(["repair", "--print0"])).stdout).toBe("");
      const state = readFileSync(path.join(directory, "terraform.tfstate"), "utf8");
      expect(state).toContain("bob@example.com");
      expect(state).not.toContain("dan@example.com");
    }),
  );
});

describe("repair --as atlantis", () => {
  it("is one comment on one line, with the root module as the repository knows it", () =>
    fromRepository(async (scene, root) => {
      const { stdout, code } = await scene.run(["repair", "--as", "atlantis"]);
      expect(code).toBe(0);
      expect(stdout).toBe(`${comment(".", USED)}\n`);
      const inside = await scene.run(["repair", "--as", "atlantis", ".."], { cwd: path.join(root, "modules") });
      expect(inside.stdout).toBe(`${comment(".", USED)}\n`);
      const eu = await scene.run(["repair", "--as", "atlantis", "--state", "terraform.tfstate"], {
        env: { TF_WORKSPACE: "eu west" },
      });
      expect(eu.stdout.startsWith("atlantis state rm -d . -w 'eu west' 'openai_invite.alice'")).toBe(true);
      mkdirSync(path.join(scene.directory, ".terraform"), { recursive: true });
      writeFileSync(path.join(scene.directory, ".terraform", "environment"), "eu");
      const selected = await scene.run(["repair", "--as", "atlantis", "--state", "terraform.tfstate"]);
      expect(selected.stdout.startsWith("atlantis state rm -d . -w eu 'openai_invite.alice'")).toBe(true);
    }));

  it("is empty when there is nothing to do", () =>
    fromRepository(async ({ run }) => {
      expect((await run(["repair", "--as", "atlantis", "--status", "departed"])).stdout).toBe("");
    }));
});

function comment(directory: string, names: readonly string[]): string {
  return ["atlantis state rm -d", directory, ...names.map((name) => `'${name.replaceAll("'", "'\\''")}'`)].join(" ");
}

it.each(["commands", "json", "atlantis"])("--as %s names no masked address with --redact", (form) =>
  inScene(RECORDED, async ({ run }) => {
    const { code, stdout, stderr } = await run(["repair", "--as", form, "--redact"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("--redact would mask");
  }),
);
