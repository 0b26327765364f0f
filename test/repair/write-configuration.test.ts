import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { type ApplyScene, hasTerraform, teamState, USED, WITHOUT_TERRAFORM, withTeam } from "../support/apply-scene.js";
import { meaningOfState } from "../support/state-meaning.js";

const MAIN = `resource "openai_invite" "alice" {
  email = "alice@example.com"
  role  = "reader"
}

resource "openai_invite" "team" {
  for_each = toset(["dan@example.com", "erin@example.com", "o'neil@example.com"])
  email    = each.key
  role     = "reader"
}
`;
const EDITED = MAIN.replace(/^resource "openai_invite" "alice"[\s\S]*?\n\}\n\n/, "").replace(
  '"dan@example.com", "erin@example.com", "o\'neil@example.com"',
  '"erin@example.com"',
);
/** Without this block, the provider's name would mean a different provider than the state's. */
const SOURCE = 'terraform {\n  required_providers {\n    openai = { source = "openai/openai" }\n  }\n}\n';
const LOCAL = { files: { "main.tf": MAIN } };
const OUT_OF_STATE = withoutUsed(teamState());

function withoutUsed(text: string): string {
  const state = JSON.parse(text);
  const [, team, other] = state.resources;
  const erin = team.instances.filter((one: { index_key: string }) => one.index_key === "erin@example.com");
  return JSON.stringify({ ...state, resources: [{ ...team, instances: erin }, other] });
}

const read = (scene: ApplyScene, file = "main.tf") => readFileSync(path.join(scene.directory, file), "utf8");

describe("repair --write", () => {
  it("removes invites of members from the configuration when they are in no state, and does not touch the state", () =>
    withTeam(
      async (scene) => {
        const dry = await scene.run(["repair", "--write", "--dry-run"]);
        expect([dry.code, read(scene)]).toEqual([0, MAIN]);
        expect(dry.stdout).toContain('-resource "openai_invite" "alice" {');
        const { code, stderr } = await scene.run(["repair", "--write", "--yes"]);
        expect([code, read(scene), await scene.readState()]).toEqual([0, EDITED, OUT_OF_STATE]);
        expect(stderr).toMatch(/^Configuration .*, for 3 invites$/m);
        expect(stderr).toContain('-resource "openai_invite" "alice" {');
        expect(await scene.listJournals()).toEqual([]);
        expect((await scene.run(["repair", "--write", "--yes"])).stderr).toContain("Nothing to edit.\n");
      },
      { files: { "main.tf": MAIN, "versions.tf": SOURCE, "terraform.tfstate": OUT_OF_STATE } },
    ));

  it("exits 3 when it is not known whether people are members", () =>
    withTeam(
      async (scene) => {
        const { code, stderr } = await scene.run(["repair", "--write", "--yes"]);
        expect([code, read(scene)]).toEqual([3, MAIN]);
        expect(stderr).toContain("whether the people of 3 invites are members is not known");
      },
      { files: { "main.tf": MAIN, "terraform.tfstate": OUT_OF_STATE } },
    ));

  it("skips invites that are still in a state, and says how to remove them", () =>
    withTeam(async (scene) => {
      const { code, stderr } = await scene.run(["repair", "--write", "--yes"]);
      expect([code, read(scene), await scene.readState()]).toEqual([0, MAIN, teamState()]);
      expect(stderr).toContain("the state still has 3 used invites. For both: tfinvite repair --apply --write");
    }, LOCAL));

  it.each([[["repair", "--write"]], [["repair", "--as", "blocks", "--write"]], [["repair", "--apply", "--write"]]])(
    "asks first, and without a terminal needs --yes: %j",
    (args) =>
      withTeam(async (scene) => {
        const { code, stderr } = await scene.run(args);
        expect([code, read(scene)]).toEqual([2, MAIN]);
        expect(stderr).toMatch(
          /there is no terminal to ask on\n +Pass --yes to skip the prompt: tfinvite repair .*--write --yes/,
        );
      }, LOCAL),
  );

  it("with --as blocks shows the diff, new file included, and writes nothing where that is all", () =>
    withTeam(async (scene) => {
      const { code, stdout } = await scene.run(["repair", "--as", "blocks", "--write", "--dry-run"]);
      expect([code, read(scene)]).toEqual([0, MAIN]);
      expect(stdout).toContain("--- /dev/null\n+++ b/tfinvite-forget.tf\n");
      expect(existsSync(path.join(scene.directory, "tfinvite-forget.tf"))).toBe(false);
    }, LOCAL));

  it.each([
    ["n\n", 2, MAIN],
    ["y\n", 0, EDITED],
  ])("does what is answered (%j)", (typed, code, text) =>
    withTeam(
      async (scene) => {
        const stdin = Object.assign(new PassThrough(), { isTTY: true });
        let shown = "";
        const stream = {
          write: (piece: string) => {
            shown += piece;
            if (shown.endsWith("[y/N] ")) stdin.end(typed);
          },
          isTTY: true,
          columns: 200,
        };
        const { key, url } = scene.api;
        const env = { ...process.env, ...scene.env, OPENAI_ADMIN_KEY: key, OPENAI_BASE_URL: url, NO_COLOR: "1" };
        const io = { stdin, stdout: stream, stderr: stream, env, cwd: scene.directory, platform: process.platform };
        expect(await main(["repair", "--write"], { ...io, signal: new AbortController().signal })).toBe(code);
        expect(shown).toContain("Write 1 file? [y/N] ");
        expect(read(scene)).toBe(text);
      },
      { files: { "main.tf": MAIN, "versions.tf": SOURCE, "terraform.tfstate": OUT_OF_STATE } },
    ),
  );
});

describe.skipIf(!hasTerraform)(`repair --apply --write ${WITHOUT_TERRAFORM}`, () => {
  const BOTH = ["repair", "--apply", "--write", "--yes"];
  const UNDO = ["repair", "--undo", "--yes"];

  it("changes the state, proves it, edits, and undoes both", () =>
    withTeam(async (scene) => {
      const dry = await scene.run([...BOTH, "--dry-run"]);
      expect([dry.code, read(scene), await scene.readState()]).toEqual([0, MAIN, teamState()]);
      expect(dry.stdout).toContain('-resource "openai_invite" "alice" {');
      const { code, stdout, stderr } = await scene.run(BOTH);
      expect([code, read(scene)]).toEqual([0, EDITED]);
      expect(stdout).toContain("State          3 removed, 2 others unchanged");
      expect(stdout).toContain("Configuration  main.tf: 1 block deleted, 2 keys dropped");
      expect(stderr).not.toContain("Still in your configuration");
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED));
      expect((await scene.listJournals()).length).toBe(2);
      const undone = await scene.run(UNDO);
      expect([undone.code, read(scene)]).toEqual([0, MAIN]);
      expect(undone.stdout).toContain("Configuration  main.tf restored");
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState()));
    }, LOCAL));

  it("refuses to undo after a file has changed, until the change is reverted or with --force", () =>
    withTeam(async (scene) => {
      expect((await scene.run(BOTH)).code).toBe(0);
      const state = await scene.readState();
      const changed = `${read(scene)}# more\n`;
      writeFileSync(path.join(scene.directory, "main.tf"), changed);
      const refused = await scene.run(UNDO);
      expect([refused.code, read(scene), await scene.readState()]).toEqual([2, changed, state]);
      expect(refused.stderr).toMatch(/main\.tf in \S+ changed after the repair[\s\S]*--force/);
      const forced = await scene.run([...UNDO, "--force"]);
      expect([forced.code, read(scene)]).toEqual([0, changed]);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState()));
    }, LOCAL));

  it("edits nothing when the state was not changed", () =>
    withTeam(
      async (scene) => {
        const { code } = await scene.run(BOTH);
        expect([code, read(scene), await scene.readState()]).toEqual([2, read(scene), teamState()]);
        expect(read(scene)).toContain('"alice"');
      },
      { files: { "main.tf": `terraform {\n  required_version = "< 1.0"\n}\n\n${MAIN}` } },
    ));

  it("finishes the edit of a run that was killed after it changed the state", () =>
    withTeam(async (scene) => {
      expect((await scene.run(BOTH)).code).toBe(0);
      // As it was between the proof and the edit.
      const [name = ""] = await scene.listJournals();
      const journal = path.join(scene.journals, name);
      writeFileSync(journal, readFileSync(journal, "utf8").replace('"done"', '"begun"'));
      writeFileSync(path.join(scene.directory, "main.tf"), MAIN);
      const { code } = await scene.run(BOTH);
      expect([code, read(scene), JSON.parse(readFileSync(journal, "utf8")).status]).toEqual([0, EDITED, "done"]);
      expect((await scene.run(UNDO)).code).toBe(0);
      expect(read(scene)).toBe(MAIN);
    }, LOCAL));
});

describe.skipIf(!hasTerraform)(`repair --recursive --apply ${WITHOUT_TERRAFORM}`, () => {
  const roots = ["a", "b", "c/d"];
  const files = {
    ...Object.fromEntries(
      roots.flatMap((root) => [
        [`${root}/main.tf`, MAIN],
        [`${root}/terraform.tfstate`, teamState()],
      ]),
    ),
    "b/main.tf": `terraform {\n  required_version = "< 1.0"\n}\n\n${MAIN}`,
    "none/main.tf": "locals {}\n",
    // The scene's own directory has no invites either: those of a state would make it a root module.
    "terraform.tfstate": JSON.stringify({ ...JSON.parse(teamState()), resources: [] }),
  };

  it("continues with the other root modules when one fails, and ends with a line for each", () =>
    withTeam(
      async (scene) => {
        const { code, stderr } = await scene.run(["repair", "--recursive", "--apply", "--write", "--yes"]);
        expect(code).toBe(3);
        expect(stderr).toContain(
          "\na: 3 invites removed from the state, 1 file edited\nb: nothing was changed\nc/d: 3 invites removed from the state, 1 file edited\nexit 3: ",
        );
        expect([read(scene, "a/main.tf"), read(scene, "c/d/main.tf")]).toEqual([EDITED, EDITED]);
        expect(read(scene, "b/terraform.tfstate")).toBe(teamState());
      },
      { files },
    ));

  it("asks for each root module", () =>
    withTeam(
      async (scene) => {
        const stdin = Object.assign(new PassThrough(), { isTTY: true });
        let shown = "";
        const answers = ["y\n", "n\n", "n\n"];
        const stream = {
          write: (piece: string) => {
            shown += piece;
            if (shown.endsWith("[y/N] ")) stdin.write(answers.shift() ?? "n\n");
          },
          isTTY: true,
          columns: 200,
        };
        const { key, url } = scene.api;
        const env = { ...process.env, ...scene.env, OPENAI_ADMIN_KEY: key, OPENAI_BASE_URL: url, NO_COLOR: "1" };
        const io = { stdin, stdout: stream, stderr: stream, env, cwd: scene.directory, platform: process.platform };
        const code = await main(["repair", "--recursive", "--apply"], { ...io, signal: new AbortController().signal });
        expect([code, shown.match(/\[y\/N\]/g)?.length]).toEqual([3, 3]);
        expect(shown).toContain("\na: 3 invites removed from the state\n");
        expect(read(scene, "c/d/terraform.tfstate")).toBe(teamState());
      },
      { files },
    ));
});
