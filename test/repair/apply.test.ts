import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import type { StandInOptions } from "../stand-in/server.js";
import {
  BIG,
  hasTerraform,
  scrubbed,
  teamState,
  USED,
  WITHOUT_TERRAFORM,
  withLocalState,
  withTeam,
} from "../support/apply-scene.js";
import { NOW, transcript } from "../support/program.js";
import { meaningOfState, serialOf } from "../support/state-meaning.js";
import { stateOf } from "../support/states.js";

const TRANSCRIPTS = path.join(import.meta.dirname, "transcripts");
const APPLY = ["repair", "--apply", "--yes"];

const FORGOTTEN = [
  "openai_invite.alice",
  "openai_invite.carol",
  "openai_invite.contractor[1]",
  "openai_invite.scoped",
  'openai_invite.team["dan@example.com"]',
  `openai_invite.team["o'neil@example.com"]`,
  'module.squads["core infra"].openai_invite.member["kim@example.com"]',
];

/** An API that runs a function at the third request, the first one of the confirmation. */
function atConfirmation(act: () => void): StandInOptions {
  let requests = 0;
  return {
    now: () => {
      requests += 1;
      if (requests === 3) act();
      return NOW;
    },
  };
}

describe.skipIf(!hasTerraform)(`tfinvite repair --apply on a state file ${WITHOUT_TERRAFORM}`, () => {
  it("removes the used invites, proves it, and restores them", () =>
    withLocalState({ recording: "openai-openai-1.1.0" }, async (scene) => {
      const before = await scene.readState();
      const ran = await scene.run([...APPLY, "--shell", "bash"]);
      await expect(scrubbed(transcript(APPLY, ran), scene)).toMatchFileSnapshot(`${TRANSCRIPTS}/repair-apply.txt`);
      const after = await scene.readState();
      expect(meaningOfState(after)).toEqual(meaningOfState(before, FORGOTTEN));
      expect(serialOf(after)).toBe(serialOf(before) + 1);

      const [journal = "", backup = ""] = await scene.listJournals();
      expect(readFileSync(path.join(scene.journals, backup), "utf8")).toBe(before);
      expect([journal, backup].map((name) => statSync(path.join(scene.journals, name)).mode & 0o777)).toEqual([
        0o600, 0o600,
      ]);
      expect(statSync(scene.journals).mode & 0o777).toBe(0o700);
      expect(JSON.parse(readFileSync(path.join(scene.journals, journal), "utf8"))).toMatchObject({
        status: "done",
        directory: scene.directory,
        workspace: "default",
        serialBefore: serialOf(before),
        serialAfter: serialOf(after),
        removed: FORGOTTEN.map((address) => ({ address })),
      });

      const undo = await scene.run(["repair", "--undo", "--yes", "--shell", "bash"]);
      await expect(scrubbed(transcript(["repair", "--undo", "--yes"], undo), scene)).toMatchFileSnapshot(
        `${TRANSCRIPTS}/repair-undo.txt`,
      );
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(before));
      const list = await scene.run(["repair", "--list"]);
      expect(scrubbed(list.stdout, scene)).toBe(
        "repair  root module  workspace  invites  status\nREPAIR  .            default    7        undone\n".replace(
          "repair  root",
          `${"repair".padEnd(journal.length - ".json".length)}  root`,
        ),
      );
      expect((await scene.run(["repair", "--undo", "--yes"])).code).toBe(2);
      expect((await scene.run(["repair", "--keep", "0"])).code).toBe(0);
      expect(await scene.listJournals()).toEqual([]);
    }));

  it("restores byte for byte numbers that JavaScript cannot represent exactly", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      expect((await scene.run(["repair", "--undo", "--yes"])).code).toBe(0);
      const text = await scene.readState();
      expect(text).toContain(BIG);
      expect(meaningOfState(text)).toEqual(meaningOfState(teamState()));
    }));

  it("restores into the current state, and refuses when an address is in use again", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      const file = path.join(scene.directory, "terraform.tfstate");
      // In between, someone removes Erin and changes an output.
      expect(scene.terraform("state", "rm", 'openai_invite.team["erin@example.com"]').status).toBe(0);
      const changed = (await scene.readState()).replace('"eu"', '"us"');
      writeFileSync(file, changed);
      expect((await scene.run(["repair", "--undo", "--yes"])).code).toBe(0);
      expect(meaningOfState(await scene.readState())).toEqual(
        meaningOfState(teamState().replace('"eu"', '"us"'), ['openai_invite.team["erin@example.com"]']),
      );

      expect((await scene.run(APPLY)).code).toBe(0);
      const taken = stateOf([{ name: "alice", id: "invite-9", email: "alice@example.com" }]);
      writeFileSync(file, taken);
      const refused = await scene.run(["repair", "--undo", "--yes"]);
      expect([refused.code, refused.stderr.split("\n")[0]]).toEqual([
        2,
        "error: openai_invite.alice is now used by something else in the state; nothing was changed",
      ]);
      expect(await scene.readState()).toBe(taken);
    }));

  it.each([
    [["--apply"], "error: --apply asks before it changes anything, and there is no terminal to ask on\n"],
    [["--undo"], "error: no repair of . to undo\n"],
    [
      ["--apply", "--yes", "--state", "terraform.tfstate"],
      "error: --apply can't be combined with --state: it changes the state that Terraform finds in the root module\n",
    ],
    [["--undo", "20260101-000000-0123abcd"], "error: no repair 20260101-000000-0123abcd\n"],
    [["--apply", "--yes", "--lock-timeout", "soon"], 'error: "soon" is not a valid value of --lock-timeout'],
  ])("refuses %j", (args, message) =>
    withTeam(async (scene) => {
      const { code, stdout, stderr } = await scene.run(["repair", ...args]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(message);
      expect(await scene.readState()).toBe(teamState());
    }),
  );

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ["a key that is missing", { OPENAI_ADMIN_KEY: "" }, "4 selected invites of . could not be looked up"],
    ["a workspace that does not exist", { TF_WORKSPACE: "nope" }, 'the workspace "nope" of . has no state'],
    ["locking that is switched off", { TF_CLI_ARGS_state: "-lock=false" }, "TF_CLI_ARGS_state switches locking off"],
  ])("refuses with %s", (_, env, message) =>
    withTeam(async (scene) => {
      const { code, stdout, stderr } = await scene.run(APPLY, { env });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain(`error: ${message}`);
      expect(await scene.readState()).toBe(teamState());
      expect(await scene.listJournals()).toEqual([]);
      expect(() => statSync(path.join(scene.directory, "terraform.tfstate.d"))).toThrow();
    }),
  );

  it("changes nothing when Terraform refuses the configuration", () =>
    withTeam(
      async (scene) => {
        const { code, stdout, stderr } = await scene.run(APPLY);
        expect([code, stdout]).toEqual([2, ""]);
        expect(stderr).toContain("the configuration requires another version (required_version)");
        expect(await scene.readState()).toBe(teamState());
        expect(await scene.listJournals()).toEqual([]);
      },
      { files: { "main.tf": 'terraform {\n  required_version = "< 1.0"\n}\n' } },
    ));

  it("keeps backups out of repositories", () =>
    withTeam(async (scene) => {
      mkdirSync(path.join(scene.directory, ".git"));
      const { code, stderr } = await scene.run(APPLY);
      expect(code).toBe(2);
      expect(stderr).toContain("error: refusing to store a state backup inside a Git repository");
      expect(await scene.readState()).toBe(teamState());
    }));

  it("does not turn into a dry run by TF_CLI_ARGS", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY, { env: { TF_CLI_ARGS_state_rm: "-dry-run" } })).code).toBe(0);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED));
    }));

  it("notices changes between the look-up and the removal, and removes only what it looked up", () => {
    let changeState = () => {};
    return withTeam(
      async (scene) => {
        const other = { name: "alice", id: "invite-77", email: "alice@example.com" };
        changeState = () => {
          const document = JSON.parse(teamState());
          const [alice] = JSON.parse(stateOf([other])).resources;
          document.serial += 5;
          document.resources[0] = alice;
          document.outputs["new"] = { value: "theirs", type: "string" };
          writeFileSync(path.join(scene.directory, "terraform.tfstate"), JSON.stringify(document));
        };
        const { code, stderr } = await scene.run(APPLY);
        expect(code).toBe(3);
        expect(stderr).toContain("skipped: openai_invite.alice is now another invite in the state\n");
        const after = JSON.parse(await scene.readState());
        expect(after.outputs["new"]).toEqual({ value: "theirs", type: "string" });
        expect(scene.terraform("state", "list").stdout.trim().split("\n")).toEqual([
          "openai_invite.alice",
          'openai_invite.team["erin@example.com"]',
          "terraform_data.other",
        ]);
      },
      { api: atConfirmation(() => changeState()) },
    );
  });

  it("refuses a state whose lineage differs from the one it has read", () => {
    let changeState = () => {};
    return withTeam(
      async (scene) => {
        const other = teamState("5f0c1a52-0000-4000-8000-00000000ffff");
        changeState = () => writeFileSync(path.join(scene.directory, "terraform.tfstate"), other);
        const { code, stderr } = await scene.run(APPLY);
        expect(code).toBe(2);
        expect(stderr).toContain("error: the state of . is not the one that was looked up");
        expect(await scene.readState()).toBe(other);
        expect(await scene.listJournals()).toEqual([]);
      },
      { api: atConfirmation(() => changeState()) },
    );
  });

  it("skips an invite that is no longer used at the last moment", () => {
    let change = () => {};
    return withTeam(
      async (scene) => {
        change = () => {
          const invite = scene.api.invites.find(({ id }) => id === "invite-1");
          if (invite === undefined) throw new Error("no such invite");
          invite.status = "pending";
          invite.accepted_at = null;
          scene.api.removeMember("alice@example.com");
        };
        const { code, stderr } = await scene.run(APPLY);
        expect(stderr).toContain("skipped: openai_invite.alice has changed since it was looked up: ");
        expect(code).toBe(3);
        expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED.slice(1)));
      },
      { api: atConfirmation(() => change()) },
    );
  });

  it("never passes Terraform an address that matches more than one invite", () =>
    withTeam(
      async (scene) => {
        const { code, stdout, stderr } = await scene.run(APPLY);
        expect([code, stdout.split(",")[0]]).toEqual([3, "State          1 removed"]);
        expect(stderr).toContain(
          "Terraform takes the address for all instances of the resource, and some of them are not to be removed",
        );
        expect(scene.terraform("state", "list").stdout.trim().split("\n")).toEqual([
          "openai_invite.team",
          'openai_invite.team["erin@example.com"]',
        ]);
        // Printed as commands, it is skipped, too.
        expect((await scene.run(["repair", "--shell", "bash"])).stdout).toBe("");
      },
      {
        files: {
          "terraform.tfstate": stateOf([
            { name: "team", id: "invite-1", email: "alice@example.com" },
            { name: "team", id: "invite-2", email: "dan@example.com", key: "dan@example.com" },
            { name: "team", id: "invite-4", email: "erin@example.com", key: "erin@example.com" },
          ]),
        },
      },
    ));

  it("shows deposed and tainted objects before it removes them, and restores them", () => {
    const document = JSON.parse(
      stateOf([
        { name: "alice", id: "invite-1", email: "alice@example.com" },
        { name: "alice", id: "invite-2", email: "dan@example.com", deposed: "0123abcd" },
        { name: "o", id: "invite-3", email: "o'neil@example.com" },
        { name: "x", id: "invite-4", email: "erin@example.com" },
      ]),
    );
    document.resources[1].instances[0].status = "tainted";
    const state = JSON.stringify(document);
    return withTeam(
      async (scene) => {
        const { code, stderr } = await scene.run(APPLY);
        expect(code).toBe(0);
        expect(stderr).toContain("removes 1 deposed object, too: 0123abcd");
        expect(stderr).toContain("tainted");
        expect(scene.terraform("state", "list").stdout).toBe("openai_invite.x\n");
        expect((await scene.run(["repair", "--undo", "--yes"])).code).toBe(0);
        expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(state));
      },
      { files: { "terraform.tfstate": state } },
    );
  });

  it.each([
    ["n\n", 2, "exit 2: aborted; nothing was changed\n", teamState()],
    ["y\n", 0, "Undo           tfinvite repair --undo ", undefined],
  ])("asks on a terminal, and does what is answered (%j)", (typed, code, shown, state) =>
    withTeam(async (scene) => {
      const stdin = Object.assign(new PassThrough(), { isTTY: true });
      let text = "";
      const stream = {
        write: (piece: string) => {
          text += piece;
          // Typed like a person would, after the question appears.
          if (text.endsWith("[y/N] ")) stdin.end(typed);
        },
        isTTY: true,
        columns: 200,
      };
      const { key, url } = scene.api;
      const env = { ...process.env, ...scene.env, OPENAI_ADMIN_KEY: key, OPENAI_BASE_URL: url, NO_COLOR: "1" };
      const io = { stdin, stdout: stream, stderr: stream, env, cwd: scene.directory, platform: process.platform };
      expect(await main(["repair", "--apply"], { ...io, signal: new AbortController().signal })).toBe(code);
      expect(text).toContain(
        `Remove 3 invites from the state of ${scene.directory} (local, workspace default, serial 3)? Nothing changes at OpenAI. [y/N] `,
      );
      expect(text).toContain(shown);
      if (state !== undefined) expect(await scene.readState()).toBe(state);
      else expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED));
    }),
  );

  it.each([
    [
      "expired,missing",
      ["openai_invite.contractor[0]", 'module.squads["data"].openai_invite.member["max@example.com"]'],
    ],
    ["missing", ['module.squads["data"].openai_invite.member["max@example.com"]']],
  ])("removes others by name (--status %s), even those that do not exist at OpenAI", (status, gone) =>
    withLocalState({ recording: "openai-openai-1.1.0" }, async (scene) => {
      const before = await scene.readState();
      const { code, stderr } = await scene.run([...APPLY, "--status", status]);
      expect([code, stderr]).toEqual([0, stderr]);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(before, gone));
    }),
  );

  it("works with a wrapper of Terraform", () =>
    withTeam(async (scene) => {
      expect((await scene.run([...APPLY, "--terraform-bin", "nice terraform"])).code).toBe(0);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED));
      // The journal remembers it.
      expect((await scene.run(["repair", "--undo", "--yes"])).code).toBe(0);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState()));
    }));

  it("reads what OpenTofu has encrypted through tofu, and says that the backup is not encrypted", () =>
    withTeam(
      async (scene) => {
        const plain = path.join(scene.directory, "plain.json");
        const tofu = path.join(scene.directory, "tofu");
        // A stand-in for OpenTofu: prints the state in plain text, and removes instances in its own way.
        writeFileSync(
          tofu,
          `#!/bin/sh\nif [ "$2" = pull ]; then exec cat plain.json; fi\nmkdir -p clear && cp plain.json clear/terraform.tfstate && cd clear && terraform "$@" && cp terraform.tfstate ../plain.json\n`,
        );
        chmodSync(tofu, 0o755);
        const { code, stdout, stderr } = await scene.run([...APPLY, "--terraform-bin", tofu]);
        expect(stderr).toContain(
          "note: OpenTofu encrypts this state; the backup is in plain text, and only you can read it",
        );
        expect([code, stdout.split("\n")[0]]).toEqual([
          0,
          "State          3 removed, 2 others unchanged, serial 3 → 4",
        ]);
        expect(meaningOfState(readFileSync(plain, "utf8"))).toEqual(meaningOfState(teamState(), USED));
        const [, backup = ""] = await scene.listJournals();
        expect(readFileSync(path.join(scene.journals, backup), "utf8")).toBe(teamState());
      },
      {
        files: {
          "main.tf": 'terraform {\n  encryption {\n    method "unencrypted" "none" {}\n  }\n}\n',
          "plain.json": teamState(),
          "terraform.tfstate":
            '{"serial":3,"lineage":"5f0c1a52-0000-4000-8000-000000000001","meta":{},"encrypted_data":"AAAA","encryption_version":"v0"}',
        },
      },
    ));

  it("names the backup when the state file of an interrupted repair is half-written", () =>
    withTeam(async (scene) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      const [name = "", backup = ""] = await scene.listJournals();
      const journal = path.join(scene.journals, name);
      writeFileSync(journal, readFileSync(journal, "utf8").replace('"done"', '"begun"'));
      writeFileSync(path.join(scene.directory, "terraform.tfstate"), teamState().slice(0, 300));
      const apply = await scene.run(APPLY);
      expect(apply.code).toBe(2);
      expect(apply.stderr).toContain(`was interrupted; the state before it is in ${scene.journals}/${backup}`);
      const undo = await scene.run(["repair", "--undo", "--yes"]);
      expect(undo.code).toBe(2);
      expect(undo.stderr).toContain("the state of . is not valid JSON: it ends unexpectedly");
      expect(undo.stderr).toContain(`${scene.journals}/${backup}`);
    }));

  it("two runs at the same time make the change once, and both report it", () =>
    withTeam(async (scene) => {
      const both = await Promise.all([scene.run(APPLY), scene.run(APPLY)]);
      expect(both.map(({ code }) => code)).toEqual([0, 0]);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState(), USED));
      expect((await scene.run(["repair", "--undo", "--yes"])).code).toBe(0);
      expect(meaningOfState(await scene.readState())).toEqual(meaningOfState(teamState()));
    }));

  it("repairs many root modules in one call, each independently", () =>
    withTeam(
      async (scene) => {
        const state = (root: string) => readFileSync(path.join(scene.directory, root, "terraform.tfstate"), "utf8");
        const ran = await scene.run(["repair", "--apply", "--yes", "a", "b", "c"]);
        expect(ran.code).toBe(3);
        await expect(
          scrubbed(transcript(["repair", "--apply", "--yes", "a", "b", "c"], ran), scene),
        ).toMatchFileSnapshot(`${TRANSCRIPTS}/repair-apply-many.txt`);
        expect(meaningOfState(state("a"))).toEqual(meaningOfState(teamState(), USED));
        expect(state("b")).toBe(teamState());
        expect(meaningOfState(state("c"))).toEqual(meaningOfState(teamState(), USED));
        // One look-up of invites and members for all root modules, and one confirmation of the invites.
        expect(scene.api.requests.length).toBe(3);
      },
      {
        files: {
          "a/terraform.tfstate": teamState(),
          "b/main.tf": 'terraform {\n  required_version = "< 1.0"\n}\n',
          "b/terraform.tfstate": teamState(),
          "c/terraform.tfstate": teamState(),
        },
      },
    ));
});
