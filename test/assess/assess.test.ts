import { spawnSync } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../src/report/json-schema.js";
import { anInvite, aUser, type StandInInvite } from "../stand-in/server.js";
import { NOW, tfinvite } from "../support/program.js";
import { inScene, type Scene } from "../support/recording.js";
import { stateOf } from "../support/states.js";

const SENT = Math.floor(NOW / 1000) - 86_400;

function accepted(id: string, email: string): StandInInvite {
  return anInvite(id, email, SENT, { status: "accepted", accepted_at: SENT + 60 });
}

function block(name: string, email: string, more = ""): string {
  return `resource "openai_invite" "${name}" {\n  email = "${email}"\n  role  = "reader"\n${more}}\n`;
}

async function statuses({ run }: Scene): Promise<Record<string, string>> {
  const { stdout } = await run(["status", "--format", "json"]);
  const { invites } = reportSchema.parse(JSON.parse(stdout));
  return Object.fromEntries(invites.map(({ address, status }) => [address, status]));
}

describe("a key of another organization", () => {
  const files = {
    "main.tf": block("a", "a@example.com") + block("b", "b@example.com"),
    "terraform.tfstate": stateOf([
      { name: "a", id: "invite-a", email: "a@example.com" },
      { name: "b", id: "invite-b", email: "b@example.com" },
    ]),
  };

  it("makes the invites unknown, not missing, and no command is printed for them", () =>
    inScene({ files, api: { invites: [accepted("invite-x", "x@example.com")] } }, async (scene) => {
      expect(await statuses(scene)).toEqual({ "openai_invite.a": "unknown", "openai_invite.b": "unknown" });
      const check = await scene.run(["check", "--rule", "unknown-provider=off"]);
      expect(check.code).toBe(3);
      expect(check.stdout).toMatch(/^tfinvite: status unknown for 2 of 2 invites: .*\n$/);
      expect(check.stderr).toContain(
        "error: the Admin API knows none of the invites in .: the key may be one of another organization\n",
      );
      const repair = await scene.run(["repair", "--status", "missing"]);
      expect([repair.code, repair.stdout]).toEqual([3, ""]);
    }));

  it("is ruled out when one of the people is a member", () =>
    inScene({ files, api: { users: [aUser("user-1", "A@example.com", SENT)] } }, async (scene) => {
      expect(await statuses(scene)).toEqual({ "openai_invite.a": "missing", "openai_invite.b": "missing" });
    }));

  it("is distinguished by provider configuration", () =>
    inScene(
      {
        files: {
          "main.tf": `provider "openai" {}\n\nprovider "openai" {\n  alias = "eu"\n}\n\n${block("us", "us@example.com")}\n${block("eu", "eu@example.com", "  provider = openai.eu\n")}\n${block("new", "new@example.com", "  provider = openai.eu\n")}`,
          "terraform.tfstate": stateOf([
            { name: "us", id: "invite-us", email: "us@example.com" },
            { name: "eu", id: "invite-eu", email: "eu@example.com", alias: "eu" },
          ]),
        },
        api: {
          invites: [accepted("invite-us", "us@example.com")],
          users: [aUser("user-1", "us@example.com", SENT), aUser("user-2", "new@example.com", SENT)],
        },
      },
      async (scene) => {
        expect(await statuses(scene)).toEqual({
          "openai_invite.us": "accepted",
          "openai_invite.eu": "unknown",
          // It was never sent, and that is known without an organization.
          "openai_invite.new": "not-sent",
        });
        expect((await scene.run(["check"])).code).toBe(3);
      },
    ));
});

describe("a state that is not the root module's own", () => {
  it("gets no commands from repair, and a note from check", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      await writeFile(
        path.join(directory, "prod.tfstate"),
        stateOf([{ name: "alice", id: "invite-00000017", email: "alice@example.com" }]),
      );
      const repair = await run(["repair", "--state", "prod.tfstate"]);
      expect(repair).toMatchObject({ code: 2, stdout: "" });
      expect(repair.stderr).toContain(
        "error: --state prod.tfstate is not the state that the commands would change: its lineage differs\n",
      );
      expect((await run(["check", "--state", "prod.tfstate"])).stderr).toContain(
        "note: prod.tfstate is not the root module's own state, which the commands shown would act on: its lineage differs\n",
      );
    }));

  it("is accepted when it is a copy of the same state", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      await cp(path.join(directory, "terraform.tfstate"), path.join(directory, "copy.json"));
      const { stderr, ...copy } = await run(["repair", "--state", "copy.json"]);
      const { stderr: own, ...plain } = await run(["repair"]);
      const offers = (text: string) => text.replaceAll(/^ {2}tfinvite repair .*\n/gm, "");
      expect(copy).toEqual(plain);
      expect(offers(stderr)).toBe(offers(own));
      expect(stderr).toContain("tfinvite repair --as blocks --write --state copy.json ");
    }));

  it("is mentioned when only a backend could tell", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, directory }) => {
      await writeFile(path.join(directory, "backend.tf"), 'terraform {\n  backend "s3" {}\n}\n');
      const repair = await run(["repair", "--state", "terraform.tfstate"]);
      expect(repair.code).toBe(0);
      expect(repair.stderr).toContain("note: the commands act on the state that Terraform finds there");
      expect(repair.stderr).toContain(
        "note: Terraform makes no backup of a state in s3. Make one before you run the command:\n  terraform state pull > before.tfstate\n",
      );
    }));
});

describe("deposed objects", () => {
  const state = (current: string) =>
    stateOf([
      { name: "a", id: current, email: "a@example.com" },
      { name: "a", id: "invite-old", email: "a@example.com", deposed: "00c0ffee" },
    ]);
  const invites = [anInvite("invite-new", "a@example.com", SENT), accepted("invite-old", "a@example.com")];

  it("are found with their remedy when the current object is not used", () =>
    inScene(
      { files: { "main.tf": block("a", "a@example.com"), "terraform.tfstate": state("invite-new") }, api: { invites } },
      async ({ run }) => {
        const check = await run(["check", "--format", "pretty"]);
        expect(check.stdout).toContain("it is a deposed object, which every apply tries to delete");
        expect(check.stdout).toContain("terraform state rm 'openai_invite.a'");
        expect(check.stdout).toContain("terraform import 'openai_invite.a' 'invite-new'");
        const repair = await run(["repair"]);
        expect([repair.code, repair.stdout]).toEqual([3, ""]);
        expect(repair.stderr).toContain(
          "the invite is not used, only its deposed object is; tfinvite check shows the fix",
        );
      },
    ));
});

describe("an expired invite of a member", () => {
  it("is not an error, and needs no new invitation", () =>
    inScene(
      {
        files: {
          "main.tf": block("a", "a@example.com"),
          "terraform.tfstate": stateOf([{ name: "a", id: "invite-a", email: "a@example.com" }]),
        },
        api: {
          invites: [anInvite("invite-a", "a@example.com", SENT, { status: "expired" })],
          users: [aUser("user-1", "a@example.com", SENT)],
        },
      },
      async ({ run }) => {
        const check = await run(["check"]);
        expect(check.code).toBe(0);
        expect(check.stdout).toMatch(
          /notice: openai_invite\.a: expired invite is for someone who is already a member: .*not sent again; fix: delete the block \[expired-invite\]/,
        );
      },
    ));
});

describe("where the state is", () => {
  it("is read from Terraform when the data directory records a backend, and with Terragrunt always", () =>
    inScene(
      { files: { "main.tf": block("a", "a@example.com") }, api: { invites: [accepted("invite-a", "a@example.com")] } },
      async ({ run, directory }) => {
        const pulled = stateOf([{ name: "a", id: "invite-a", email: "a@example.com" }]);
        const tool = `#!/bin/sh\ncase "$*" in *"state pull"*) cat <<'EOF'\n${pulled}\nEOF\n;; *) exit 1 ;; esac\n`;
        await mkdir(path.join(directory, "bin"));
        for (const name of ["terragrunt", "terraform"])
          await writeFile(path.join(directory, "bin", name), tool, { mode: 0o755 });
        const alone = await run(["status", "--terraform-bin", "bin/terraform"]);
        expect(alone.stdout).toContain("1 invite: 1 not sent");
        const terragrunt = await run(["status", "--terraform-bin", "bin/terragrunt run --"]);
        expect(terragrunt.stdout).toContain("departed");
        await mkdir(path.join(directory, ".terraform"));
        await writeFile(path.join(directory, ".terraform/terraform.tfstate"), '{"version":3,"backend":{"type":"s3"}}');
        const recorded = await run(["status", "--terraform-bin", "bin/terraform"]);
        expect(recorded.stdout).toContain("departed");
      },
    ));
});

describe("with any shell of the user", () => {
  const hasFish = spawnSync("fish", ["--version"]).status === 0;

  it.skipIf(!hasFish)("a default line means the same in bash and in fish (skipped when fish is not on the PATH)", () =>
    inScene(
      {
        files: {
          "terraform.tfstate": stateOf([
            { name: "t", key: "a\\b@x", id: "invite-a", email: "a@example.com" },
            { name: "t", key: "a' ; touch pwned #@x", id: "invite-b", email: "b@example.com" },
          ]),
        },
        api: { invites: [accepted("invite-a", "a@example.com"), accepted("invite-b", "b@example.com")] },
      },
      async ({ directory, api }) => {
        const env = { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url, SHELL: "/usr/bin/fish" };
        const { stdout } = await tfinvite(["repair"], { cwd: directory, env });
        const words = (shell: string, args: readonly string[]) =>
          spawnSync(shell, [...args, stdout.replace("terraform", "printf '%s\\n'")], {
            encoding: "utf8",
            cwd: directory,
          }).stdout;
        expect(words("fish", ["--no-config", "-c"])).toBe(words("bash", ["-c"]));
        expect(words("bash", ["-c"])).toBe(
          `state\nrm\nopenai_invite.t["a' ; touch pwned #@x"]\nopenai_invite.t["a\\\\b@x"]\n`,
        );
      },
    ),
  );
});
