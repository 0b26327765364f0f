import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { transcript } from "../support/program.js";
import { inScene, STORIES } from "../support/recording.js";

const TRANSCRIPTS = path.join(import.meta.dirname, "transcripts");
const hasTerraform = spawnSync("terraform", ["version"]).status === 0;

describe("tfinvite repair", () => {
  it.each(STORIES)("prints one command for the used invites of %s, and the rest on stderr", (story) =>
    inScene({ recording: story }, async ({ run }) => {
      const args = ["repair", "--shell", "bash"];
      await expect(transcript(args, await run(args))).toMatchFileSnapshot(`${TRANSCRIPTS}/repair-${story}.txt`);
    }),
  );

  it.each(["bash", "zsh", "fish", "powershell", "pwsh", "cmd"])("quotes for %s", (shell) =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      const { stdout } = await run(["repair", "--shell", shell]);
      await expect(stdout).toMatchFileSnapshot(`${TRANSCRIPTS}/repair-shell-${shell}.txt`);
    }),
  );

  it("works on another directory, with another tool, and prints paths from the current directory", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      const root = path.basename(directory);
      const cwd = path.dirname(directory);
      // Terragrunt keeps its states in backends, and this root module has no backend.
      const state = path.join(root, "terraform.tfstate");
      const only = ["--only", "openai_invite.alice", "--shell", "bash"];
      expect((await run(["repair", root, ...only], { cwd })).stdout).toBe(
        `terraform -chdir=${root} state rm 'openai_invite.alice'\n`,
      );
      expect((await run(["repair", root, "--terraform-bin", "/opt/tofu", ...only], { cwd })).stdout).toBe(
        `/opt/tofu -chdir=${root} state rm 'openai_invite.alice'\n`,
      );
      expect(
        (await run(["repair", root, "--terraform-bin", "terragrunt run --", "--state", state, ...only], { cwd }))
          .stdout,
      ).toBe(`terragrunt --working-dir=${root} run -- state rm 'openai_invite.alice'\n`);
    }));

  it.each([
    ["openai_invite.alice", ["openai_invite.alice"]],
    ["openai_invite.team", ['openai_invite.team["dan@example.com"]', `openai_invite.team["o'neil@example.com"]`]],
    ["module.squads", ['module.squads["core infra"].openai_invite.member["kim@example.com"]']],
    ["K*@EXAMPLE.com", ['module.squads["core infra"].openai_invite.member["kim@example.com"]']],
    ["openai_invite.bob", []],
  ])("--only %s selects %j", (only, addresses) =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      const { stdout, code } = await run(["repair", "--only", only, "--shell", "bash"]);
      const words = spawnSync("bash", ["-c", `terraform() { printf '%s\\n' "$@"; }; ${stdout}`], {
        encoding: "utf8",
      }).stdout.split("\n");
      expect([code, words.slice(2, -1)]).toEqual([0, addresses]);
    }),
  );

  it("accepts other statuses by name, but never pending or unknown", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      const { stdout } = await run(["repair", "--status", "expired,missing", "--shell", "bash"]);
      expect(stdout).toBe(
        `terraform state rm 'openai_invite.contractor[0]' 'module.squads["data"].openai_invite.member["max@example.com"]'\n`,
      );
      const refused = await run(["repair", "--status", "pending"]);
      expect(refused).toEqual({
        code: 2,
        stdout: "",
        stderr:
          "error: repair can't take --status pending: a pending invite can still be accepted, and Terraform can still destroy it\n       Pass --status used, or a list of accepted, joined, departed, expired and missing.\n",
      });
    }));

  it("says so when there is Nothing to remove", () =>
    inScene({ recording: "openai-openai-1.1.0", state: null }, async ({ run }) => {
      const ran = await run(["repair"]);
      expect([ran.code, ran.stdout]).toEqual([0, ""]);
      expect(ran.stderr).toContain("Nothing to remove: the state (local, workspace default) does not exist yet.\n");
      expect(ran.stderr).toContain("would fail for 7, who are members already:\n");
      expect(ran.stderr).toContain("  tfinvite repair --write   shows the diff and asks\n");
    }));

  it("does not mask what a command needs", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      const refused = await run(["repair", "--redact"]);
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toMatch(/^error: --redact would mask email addresses that the commands need/m);
      const fine = await run(["repair", "--redact", "--only", "openai_invite.alice", "--shell", "bash"]);
      expect([fine.code, fine.stdout]).toEqual([0, "terraform state rm 'openai_invite.alice'\n"]);
      expect(fine.stderr).toContain("a***@***");
    }));

  it("skips an instance whose deposed object is not used", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      const file = path.join(directory, "terraform.tfstate");
      const state = z.looseObject({
        resources: z.array(
          z.looseObject({ name: z.string(), mode: z.string(), instances: z.array(z.record(z.string(), z.unknown())) }),
        ),
      });
      const document = state.parse(JSON.parse(readFileSync(file, "utf8")));
      const [alice, bob, dan] = ["alice", "bob", "team"].map((name) =>
        document.resources.find((one) => one.name === name && one.mode === "managed"),
      );
      // alice: an accepted invite with a deposed pending one. dan: the deposed one is accepted, so it may be removed, too.
      alice?.instances.push({ ...bob?.instances[0], deposed: "0123abcd" });
      const used = dan?.instances[0];
      dan?.instances.push({ ...used, deposed: "89ef0123" });
      const { writeFile } = await import("node:fs/promises");
      await writeFile(file, JSON.stringify(document));
      const args = ["repair", "--shell", "bash"];
      await expect(transcript(args, await run(args))).toMatchFileSnapshot(`${TRANSCRIPTS}/repair-deposed.txt`);
    }));

  it.skipIf(!hasTerraform)(
    "piped into bash, removes exactly the used invites (skipped where terraform is not on the PATH)",
    () =>
      inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
        // A folder with only the state: with a lock file, Terraform would need the provider.
        const copy = path.join(directory, "copy");
        mkdirSync(copy);
        copyFileSync(path.join(directory, "terraform.tfstate"), path.join(copy, "terraform.tfstate"));
        const list = () =>
          spawnSync("terraform", ["state", "list"], { cwd: copy, encoding: "utf8" }).stdout.trim().split("\n");
        const before = list();
        const { stdout } = await run(["repair", "--shell", "bash"]);
        expect(spawnSync("bash", { cwd: copy, input: stdout }).status).toBe(0);
        const gone = before.filter((address) => !list().includes(address));
        expect(gone).toEqual([
          "openai_invite.alice",
          "openai_invite.carol",
          "openai_invite.contractor[1]",
          "openai_invite.scoped",
          'openai_invite.team["dan@example.com"]',
          `openai_invite.team["o'neil@example.com"]`,
          'module.squads["core infra"].openai_invite.member["kim@example.com"]',
        ]);
        expect(list()).toHaveLength(before.length - gone.length);
      }),
  );
});
