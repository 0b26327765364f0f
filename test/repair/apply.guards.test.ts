import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasTerraform, teamState, USED, WITHOUT_TERRAFORM, withTeam } from "../support/apply-scene.js";
import { meaningOfState } from "../support/state-meaning.js";

const APPLY = ["repair", "--apply", "--yes"];
const UNDO = ["repair", "--undo", "--yes"];
const STATE = "terraform.tfstate";

describe.skipIf(!hasTerraform)(`repair --apply refuses what could not be undone ${WITHOUT_TERRAFORM}`, () => {
  const newer = teamState().replace('"1.11.4"', '"1.99.0"');

  it("a state that a newer version has written, unless with --force", () =>
    withTeam(
      async (scene) => {
        const { code, stderr } = await scene.run(APPLY);
        expect(code).toBe(2);
        expect(stderr).toMatch(
          /version 1\.99\.0 has written it .*, and this is Terraform \d+\.\d+\.\d+, which is older/,
        );
        expect(stderr).toContain("--force");
        expect([await scene.readState(), await scene.listJournals()]).toEqual([newer, []]);
        expect((await scene.run([...APPLY, "--force"])).code).toBe(0);
      },
      { files: { [STATE]: newer } },
    ));

  it("a state that OpenTofu has written, when the tool is Terraform", () => {
    const tofu = teamState()
      .replaceAll("registry.terraform.io", "registry.opentofu.org")
      .replace('"1.11.4"', '"1.9.0"');
    return withTeam(
      async (scene) => {
        const { code, stderr } = await scene.run([...APPLY, "--terraform-bin", "terraform"]);
        expect(code).toBe(2);
        expect(stderr).toContain("OpenTofu 1.9.0 has written it, and this is Terraform");
        expect(await scene.readState()).toBe(tofu);
      },
      { files: { [STATE]: tofu } },
    );
  });

  /** The state with a value nested in this number of lists; Terraform keeps it as it is. */
  const nested = (levels: number) => teamState().replace('"<&>"', "[".repeat(levels) + "]".repeat(levels));

  it.each([
    ["an object too deep to be compared", nested(9000), "terraform_data.other can't be compared"],
    ["nested deeper than Terraform reads", nested(20_000), "levels of nesting"],
    [
      "an output too deep",
      teamState().replace(
        '"value":"eu","type":"string"',
        `"value":${"[".repeat(9000)}${"]".repeat(9000)},"type":"dynamic"`,
      ),
      "its outputs can't be compared",
    ],
  ])("a state that could not be compared afterwards: %s", (_, state, why) =>
    withTeam(
      async (scene) => {
        const { code, stdout, stderr } = await scene.run(APPLY);
        expect([code, stdout]).toEqual([2, ""]);
        expect(stderr).toContain(why);
        expect([await scene.readState(), await scene.listJournals()]).toEqual([state, []]);
        expect((await scene.run([...APPLY, "--write"])).code).toBe(2);
        expect([await scene.readState(), await scene.listJournals()]).toEqual([state, []]);
      },
      { files: { [STATE]: state } },
    ),
  );

  it("and does not undo it either", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      const file = path.join(scene.directory, STATE);
      const now = readFileSync(file, "utf8").replace(
        /"input": *"[^"]*"/,
        `"input": ${"[".repeat(9000)}${"]".repeat(9000)}`,
      );
      writeFileSync(file, now);
      const { code, stderr } = await scene.run(UNDO);
      expect([code, await scene.readState()]).toEqual([2, now]);
      expect(stderr).toContain("terraform_data.other can't be compared");
    }));

  it("and undo does, too", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      const file = path.join(scene.directory, STATE);
      const now = readFileSync(file, "utf8").replace(/"terraform_version": *"[^"]*"/, '"terraform_version": "1.99.0"');
      writeFileSync(file, now);
      const { code, stderr } = await scene.run(UNDO);
      expect([code, await scene.readState()]).toEqual([2, now]);
      expect(stderr).toContain("version 1.99.0 has written it");
      expect((await scene.run([...UNDO, "--force"])).code).toBe(0);
    }));
});

describe.skipIf(!hasTerraform)(`a state that Terraform cannot decode ${WITHOUT_TERRAFORM}`, () => {
  it("is not reported as someone else's lock, and force-unlock is not suggested", () => {
    const damaged = teamState().replace('"schema_version":0', '"schema_version":0,"private":"!not base64!"');
    return withTeam(
      async (scene) => {
        const { code, stderr } = await scene.run(APPLY);
        expect([code, await scene.readState()]).toEqual([2, damaged]);
        expect(stderr).toContain("the stored state is damaged and cannot be decoded");
        expect(stderr).not.toMatch(/some(?:one|body) else|run `[^`]*force-unlock/);
      },
      { files: { [STATE]: damaged } },
    );
  });
});

describe.skipIf(!hasTerraform)(`repair --undo ${WITHOUT_TERRAFORM}`, () => {
  it("refuses an id that is now at another address", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      const alicia = JSON.parse(teamState());
      const [alice] = alicia.resources;
      const now = JSON.parse(await scene.readState());
      now.resources.unshift({ ...alice, name: "alicia" });
      writeFileSync(path.join(scene.directory, STATE), JSON.stringify(now));
      const { code, stderr } = await scene.run(UNDO);
      expect([code, JSON.parse(await scene.readState())]).toEqual([2, now]);
      expect(stderr).toContain(
        "openai_invite.alice (now openai_invite.alicia) is now in the state at another address; nothing was changed",
      );
    }));
});

describe.skipIf(!hasTerraform)(`an interrupted repair is finished where it was started ${WITHOUT_TERRAFORM}`, () => {
  const broken = async (journals: string, names: readonly string[]) => {
    const journal = path.join(journals, names.find((name) => name.endsWith(".json")) ?? "");
    writeFileSync(journal, readFileSync(journal, "utf8").replace('"done"', '"begun"'));
    return () => JSON.parse(readFileSync(journal, "utf8")).status;
  };

  it("and not in a copy with the same lineage, or in another workspace", () =>
    withTeam(
      async (scene) => {
        expect((await scene.run([...APPLY, "here"])).code).toBe(0);
        const status = await broken(scene.journals, await scene.listJournals());
        const at = (...names: string[]) => path.join(scene.directory, ...names);
        cpSync(at("here"), at("copy"), { recursive: true });
        expect((await scene.run([...APPLY, "copy"])).stderr).not.toContain("interrupted");
        cpSync(at("here", STATE), at("here/terraform.tfstate.d/prod", STATE));
        const elsewhere = await scene.run([...APPLY, "here"], { env: { TF_WORKSPACE: "prod" } });
        expect(elsewhere.stderr).not.toContain("interrupted after");
        expect(status()).toBe("begun");
        expect((await scene.run([...APPLY, "here"])).stderr).toContain(
          "was interrupted after it changed the state. To undo it: ",
        );
        expect(status()).toBe("done");
        expect((await scene.run([...UNDO, "here"])).code).toBe(0);
        expect(meaningOfState(readFileSync(at("here", STATE), "utf8"))).toEqual(meaningOfState(teamState()));
      },
      { files: { [`here/${STATE}`]: teamState(), [STATE]: teamState() } },
    ));

  it("also when its invites were moved", () =>
    withTeam(
      async (scene) => {
        expect((await scene.run(APPLY)).code).toBe(0);
        const status = await broken(scene.journals, await scene.listJournals());
        expect((await scene.run(APPLY)).stderr).toContain("was interrupted after it changed the state. To undo it: ");
        expect(status()).toBe("done");
        expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED));
      },
      { files: { "main.tf": "moved {\n  from = openai_invite.alice\n  to   = openai_invite.lead\n}\n" } },
    ));
});
