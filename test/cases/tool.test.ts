import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Case, inCase } from "./case.js";

/** The state of the case, as OpenTofu prints it in clear. */
const PLAIN = readFile(new URL("../../fixtures/cases/tofu-by-its-state/terraform.tfstate", import.meta.url), "utf8");

/**
 * A folder for the PATH with stand-ins for these programs: each logs its call and prints the given text. Nothing else
 * is on that PATH.
 */
async function programs({ directory }: Case, texts: Readonly<Record<string, string>>) {
  const folder = path.join(directory, "programs");
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(path.join(folder, `${name}.json`), text);
    const script = `#!/bin/sh\necho "${name} $*" >>"${folder}/calls"\n/bin/cat "${folder}/${name}.json"\n`;
    await writeFile(path.join(folder, name), script);
    await chmod(path.join(folder, name), 0o755);
  }
  const calls = () => readFile(path.join(folder, "calls"), "utf8").catch(() => "");
  return { env: { PATH: folder }, calls };
}

describe("OpenTofu, detected from its state", () => {
  it("is named in all output, even if only Terraform is installed", () =>
    inCase("tofu-by-its-state", async (one) => {
      const { env, calls } = await programs(one, { terraform: "" });
      const repair = await one.run(["repair"], { env });
      expect(repair.stdout).toContain("tofu state rm");
      expect(`${repair.stdout}${repair.stderr}`).not.toContain("terraform state rm");
      const check = await one.run(["check", "--fail-on", "never", "--format", "pretty"], { env });
      expect(check.stdout).toContain("tofu state rm");
      expect(check.stdout).not.toContain("terraform state");
      expect(await calls()).toBe("");
    }));

  it("also from a state on standard input or in a file", () =>
    inCase("tofu-by-its-state", async ({ run }) => {
      const input = await PLAIN;
      expect((await run(["repair", "--state", "-"], { input })).stdout).toContain("tofu state rm");
      expect((await run(["repair", "--state", "terraform.tfstate"])).stdout).toContain("tofu state rm");
    }));

  it("from a state in a backend, which is pulled only once", () =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env, calls } = await programs(one, { terraform: await PLAIN });
        expect((await one.run(["repair"], { env })).stdout).toContain("tofu state rm");
        expect(await calls()).toBe("terraform state pull -no-color\n");
      },
      { files: { "backend.tf": 'terraform {\n  backend "http" {}\n}\n', "terraform.tfstate": null } },
    ));

  it("but --terraform-bin has priority, with a note about OpenTofu", () =>
    inCase("tofu-by-its-state", async ({ run }) => {
      const { stdout, stderr } = await run(["repair", "--terraform-bin", "terraform"]);
      expect(stdout).toContain("terraform state rm");
      expect(stderr).toContain("--terraform-bin tofu");
    }));

  it("and the lock file of the last init, too", () =>
    inCase(
      "tofu-by-its-state",
      async ({ run }) => expect((await run(["repair"])).stdout).toContain("terraform state rm"),
      {
        files: {
          ".terraform.lock.hcl": 'provider "registry.terraform.io/openai/openai" {\n  version = "1.1.0"\n}\n',
        },
      },
    ));

  it(".tofu files have priority over what is installed", () =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env } = await programs(one, { terraform: "" });
        const { stdout } = await one.run(["repair"], { env });
        expect(stdout).toContain("tofu state rm");
      },
      {
        files: {
          "more.tofu": "",
          "terraform.tfstate": (text) => text.replace("registry.opentofu.org", "registry.terraform.io"),
        },
      },
    ));
});

describe("an encrypted state", () => {
  const encrypted = { in: "encrypted" };

  it("is read with tofu state pull", () =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env, calls } = await programs(one, { terraform: "", tofu: await PLAIN });
        const status = await one.json(["status"], { env });
        expect([status.code, status.statuses]).toEqual([0, { "openai_invite.jo": "accepted" }]);
        const repair = await one.run(["repair"], { env });
        expect([repair.code, repair.stdout]).toEqual([0, expect.stringContaining("tofu state rm")]);
        expect(await calls()).toBe("tofu state pull -no-color\n".repeat(2));
      },
      encrypted,
    ));

  it("also where the configuration has no encryption block", () =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env } = await programs(one, { terraform: "", tofu: await PLAIN });
        expect((await one.json(["status"], { env })).statuses).toEqual({ "openai_invite.jo": "accepted" });
      },
      { ...encrypted, files: { "main.tf": (text) => text.slice(text.indexOf('resource "')) } },
    ));

  it.each(["status", "check", "repair"])("%s says what is missing where tofu is not installed", (command) =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env } = await programs(one, { terraform: "" });
        const { code, stderr } = await one.run([command], { env });
        expect(code).toBe(2);
        expect(stderr).toContain('no program "tofu" on the PATH');
        expect(stderr).toContain("Install OpenTofu");
        expect(stderr).toContain("--state");
      },
      encrypted,
    ),
  );

  it("is not read with Terraform or --offline, and the error names the solution", () =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env, calls } = await programs(one, { terraform: "", tofu: await PLAIN });
        const asTerraform = await one.run(["status", "--terraform-bin", "terraform"], { env });
        expect([asTerraform.code, asTerraform.stderr]).toEqual([2, expect.stringContaining("--terraform-bin tofu")]);
        const offline = await one.run(["status", "--offline"], { env });
        expect([offline.code, offline.stderr]).toEqual([2, expect.stringContaining("--offline")]);
        expect(await calls()).toBe("");
      },
      encrypted,
    ));

  it("an encryption block of a resource is not OpenTofu's encryption block", () =>
    inCase(
      "tofu-by-its-state",
      async ({ run }) => expect((await run(["repair"])).stdout).toContain("terraform state rm"),
      {
        files: {
          "bucket.tf":
            'terraform {}\n\nresource "google_storage_bucket" "b" {\n  encryption {\n    default_kms_key_name = "k"\n  }\n}\n',
          "terraform.tfstate": (text) => text.replace("registry.opentofu.org", "registry.terraform.io"),
        },
      },
    ));
});

describe("a unit of Terragrunt", () => {
  const unit = { files: { "terragrunt.hcl": 'include "root" {\n  path = find_in_parent_folders()\n}\n' } };

  it.each(["status", "check", "repair"])("%s does not treat it as a module without a state", (command) =>
    inCase(
      "unknown-for-each",
      async ({ run }) => {
        for (const args of [[command], ...(command === "repair" ? [] : [[command, "--offline"]])]) {
          const { code, stderr } = await run(args);
          expect([code, stderr]).toEqual([2, expect.stringContaining('--terraform-bin "terragrunt run --"')]);
          expect(stderr).not.toContain("no state yet");
        }
      },
      unit,
    ),
  );

  it("with --state, and by terragrunt itself, it is read", () =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        await writeFile(path.join(one.directory, "pulled.tfstate"), await PLAIN);
        const given = await one.json(["status", "--state", "pulled.tfstate"]);
        expect([given.code, given.statuses]).toEqual([0, { "openai_invite.jo": "accepted" }]);
        const { env, calls } = await programs(one, { terragrunt: await PLAIN });
        const asked = await one.json(["status", "--terraform-bin", "terragrunt run --"], { env });
        expect([asked.code, asked.statuses]).toEqual([0, { "openai_invite.jo": "accepted" }]);
        expect(await calls()).toBe("terragrunt run -- state pull -no-color\n");
      },
      { files: { ...unit.files, "terraform.tfstate": null } },
    ));
});

describe("the selected workspace", () => {
  it.each([["status"], ["check", "--fail-on", "never"], ["repair"]])("is read by %s", (...args) =>
    inCase("atlantis-workspace", async ({ json, run }) => {
      if (args[0] !== "repair") expect((await json(args)).statuses).toEqual({ "openai_invite.alice": "accepted" });
      // Terraform reads the selection itself, so its commands do not name the workspace.
      else expect((await run(args)).stdout).toContain("terraform state rm 'openai_invite.alice'");
    }),
  );
});

describe("a state store", () => {
  it("is read like a backend, and the old file beside it is not read", () =>
    inCase("state-store", async (one) => {
      const { env, calls } = await programs(one, { terraform: await PLAIN });
      const { document } = await one.json(["status", "--terraform-bin", "terraform"], { env });
      expect(document.invites.map(({ address }: { address: string }) => address)).toContain("openai_invite.jo");
      expect(await calls()).toBe("terraform state pull -no-color\n");
    }));
});

describe("--offline", () => {
  it.each([["status"], ["check"]])("%s starts no process", (command) =>
    inCase(
      "tofu-by-its-state",
      async (one) => {
        const { env, calls } = await programs(one, { terraform: await PLAIN, tofu: await PLAIN });
        const { document, code } = await one.json([command, "--offline"], { env });
        expect(document.invites).toMatchObject([{ status: "unknown", inState: false }]);
        expect(code).toBe(3);
        expect(await calls()).toBe("");
      },
      { files: { "backend.tf": 'terraform {\n  backend "http" {}\n}\n', "terraform.tfstate": null } },
    ),
  );
});
