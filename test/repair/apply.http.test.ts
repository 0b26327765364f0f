import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ApplyScene,
  hasTerraform,
  scrubbed,
  teamState,
  USED,
  WITHOUT_TERRAFORM,
  withHttpState,
} from "../support/apply-scene.js";
import type { Ran } from "../support/program.js";
import { meaningOfState, serialOf } from "../support/state-meaning.js";

const APPLY = ["repair", "--apply", "--yes"];
const UNDO = ["repair", "--undo", "--yes"];
const HOLDER = JSON.stringify({
  ID: "7c0b1c5e-0000-4000-8000-00000000beef",
  Operation: "OperationTypeApply",
  Info: "",
  Who: "ci@runner",
  Version: "1.11.4",
  Created: "2026-11-24T20:00:00Z",
  Path: "",
});

/** The team's state after someone else's write: the next serial, and a different output. */
function changedByOthers(state: string): string {
  return state
    .replace(/"serial": ?(\d+)/, (_, serial: string) => `"serial":${Number(serial) + 1}`)
    .replace('"eu"', '"theirs"');
}

async function journalOf(scene: ApplyScene): Promise<{ status: string; removed: { address: string }[] }> {
  const [name = ""] = (await scene.listJournals()).filter((each) => each.endsWith(".json"));
  return JSON.parse(readFileSync(path.join(scene.journals, name), "utf8"));
}

describe.skipIf(!hasTerraform)(`tfinvite repair --apply behind a backend of type http ${WITHOUT_TERRAFORM}`, () => {
  it("pulls, locks, writes once, and compares", () =>
    withHttpState(async (scene, server) => {
      const ran = await scene.run(APPLY);
      expect([ran.code, scrubbed(ran.stdout, scene)]).toEqual([
        0,
        "State          3 removed, 2 others unchanged, serial 3 → 4\nBackup         DIRECTORY/.home/tfinvite/repairs/REPAIR.tfstate (lineage 5f0c1a52-0000-4000-8000-000000000001)\nUndo           tfinvite repair --undo REPAIR\nNext           terraform plan    (expect no changes to these invites)\n",
      ]);
      expect(ran.stderr).toContain("from the state (http, workspace default, serial 3):");
      expect(server.log).toEqual(["GET", "GET", "LOCK", "GET", "POST", "UNLOCK", "GET"]);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState(), USED));
      const undo = await scene.run(UNDO);
      expect([undo.code, undo.stdout]).toEqual([0, "State          3 restored, 2 others unchanged, serial 4 → 6\n"]);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState()));
      expect(server.lock).toBeUndefined();
    }));

  it.each([423, 409] as const)("says who holds the lock (%i), and how to release it", (status) =>
    withHttpState(async (scene, server) => {
      server.lock = HOLDER;
      server.lockedStatus = status;
      const { code, stdout, stderr } = await scene.run([...APPLY, "--lock-timeout", "0s"]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("the state is locked (lock 7c0b1c5e-0000-4000-8000-00000000beef)");
      expect(stderr).toContain("`terraform force-unlock 7c0b1c5e-0000-4000-8000-00000000beef`");
      expect([server.state, server.lock]).toEqual([teamState(), HOLDER]);
      expect(await scene.listJournals()).toEqual([]);
    }),
  );

  it("waits for the lock up to --lock-timeout, and uses what its holder has written", () =>
    withHttpState(async (scene, server) => {
      server.lock = HOLDER;
      server.onAnswered = ({ method }) => {
        if (method !== "LOCK" || server.lock !== HOLDER) return;
        server.lock = undefined;
        server.state = changedByOthers(server.state);
      };
      const { code, stdout } = await scene.run([...APPLY, "--lock-timeout", "30s"]);
      expect([code, stdout.split("\n")[0]]).toEqual([0, "State          3 removed, 2 others unchanged, serial 4 → 5"]);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(changedByOthers(teamState()), USED));
      // One journal and one backup: those of the attempt that worked.
      expect(await scene.listJournals()).toHaveLength(2);
      expect((await scene.run(UNDO)).code).toBe(0);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(changedByOthers(teamState())));
    }));

  it("changes nothing when the holder of the lock writes and keeps the lock", () =>
    withHttpState(async (scene, server) => {
      server.lock = HOLDER;
      let written = false;
      server.onAnswered = ({ method }) => {
        if (method !== "LOCK" || written) return;
        written = true;
        server.state = changedByOthers(server.state);
      };
      const { code, stdout, stderr } = await scene.run([...APPLY, "--lock-timeout", "0s"]);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("the state is locked");
      expect([server.state, server.lock]).toEqual([changedByOthers(teamState()), HOLDER]);
      expect(await scene.listJournals()).toEqual([]);
    }));

  it.each([500, 409, "dropped-before"] as const)("changes nothing when the write fails (%s)", (fault) =>
    withHttpState(async (scene, server) => {
      server.writeFault = fault;
      const { code, stdout, stderr } = await scene.run(APPLY);
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toContain("error: `terraform state rm` failed in .");
      expect([server.state, server.lock]).toEqual([teamState(), undefined]);
      expect(await scene.listJournals()).toEqual([]);
      // When the backend works again, a second run makes the change.
      server.writeFault = undefined;
      expect((await scene.run(APPLY)).code).toBe(0);
    }),
  );

  it("notices that a write has arrived although its answer was lost", () =>
    withHttpState(async (scene, server) => {
      server.writeFault = "dropped-after";
      const { code, stdout, stderr } = await scene.run(APPLY);
      expect([code, stdout.split("\n")[0]]).toEqual([0, "State          3 removed, 2 others unchanged, serial 3 → 4"]);
      expect(stderr).toContain("Terraform reported a failure, but the state was changed");
      server.writeFault = undefined;
      expect((await scene.run(UNDO)).code).toBe(0);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState()));
    }));

  it("reports what someone else wrote between the backup and the removal, and keeps all of it", () =>
    withHttpState(async (scene, server) => {
      server.onRequest = ({ method }) => {
        if (method === "LOCK") server.state = changedByOthers(server.state);
      };
      const { code, stdout, stderr } = await scene.run(APPLY);
      expect([code, stdout]).toEqual([3, ""]);
      expect(stderr).toContain(
        "error: the state of . differs from what was expected, because something else wrote to it at the same time (serial 3 → 5): output region has changed",
      );
      expect(stderr).toContain(".: 3 removed\n");
      expect(meaningOfState(server.state)).toEqual(meaningOfState(changedByOthers(teamState()), USED));
      expect(await journalOf(scene)).toMatchObject({ status: "done", removed: USED.map((address) => ({ address })) });
      server.onRequest = undefined;
      expect((await scene.run(UNDO)).code).toBe(0);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(changedByOthers(teamState())));
    }));

  it("removes only the rest when someone else has already removed one", () =>
    withHttpState(async (scene, server) => {
      let gets = 0;
      server.onRequest = ({ method }) => {
        if (method !== "GET") return;
        gets += 1;
        if (gets !== 2) return;
        const document = JSON.parse(server.state);
        document.serial += 1;
        document.resources.shift();
        server.state = JSON.stringify(document);
      };
      const { code, stdout, stderr } = await scene.run(APPLY);
      expect([code, stdout.split("\n")[0]]).toEqual([0, "State          2 removed, 2 others unchanged, serial 4 → 5"]);
      expect(stderr).toContain("skipped: openai_invite.alice is no longer in the state\n");
      expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState(), USED));
    }));

  it("does not overwrite what someone else wrote during an undo", () =>
    withHttpState(async (scene, server) => {
      expect((await scene.run(APPLY)).code).toBe(0);
      const repaired = server.state;
      server.onRequest = ({ method }) => {
        if (method === "LOCK") server.state = changedByOthers(server.state);
      };
      const { code, stderr } = await scene.run(UNDO);
      expect(server.state).toBe(changedByOthers(repaired));
      expect(code).toBe(2);
      expect(stderr).toContain("another run has written the state in the meantime");
      server.onRequest = undefined;
      expect((await scene.run(UNDO)).code).toBe(0);
      expect(meaningOfState(server.state)).toEqual(meaningOfState(changedByOthers(teamState())));
    }));

  it.each(["GET 1", "LOCK 0", "POST 0", "UNLOCK 0", "GET 2"])(
    "an undo that is killed (%s) can be run again",
    (moment) =>
      withHttpState(async (scene, server) => {
        expect((await scene.run(APPLY)).code).toBe(0);
        let kill = () => {};
        const counts = new Map<string, number>();
        server.onRequest = ({ method }) => {
          const count = counts.get(method) ?? 0;
          counts.set(method, count + 1);
          if (`${method} ${count}` === moment) kill();
        };
        await scene.run(UNDO, { onStart: (child) => (kill = () => child.kill("SIGKILL")) });
        // Terraform continues without its parent, and holds its lock until it is done.
        const again = await scene.run([...UNDO, "--lock-timeout", "30s"]);
        expect([again.code, again.stderr]).toEqual([0, again.stderr]);
        expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState()));
        expect(server.lock).toBeUndefined();
      }),
  );

  it("refuses a backend that does not lock, unless with --force", () =>
    withHttpState(
      async (scene, server) => {
        const refused = await scene.run(APPLY);
        expect([refused.code, refused.stdout]).toEqual([2, ""]);
        expect(refused.stderr).toContain(
          "error: the state of . can't be locked: a backend of type http doesn't lock without lock_address",
        );
        expect(server.state).toBe(teamState());
        expect((await scene.run([...APPLY, "--force"])).code).toBe(0);
        expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState(), USED));
        expect((await scene.run(UNDO)).code).toBe(2);
        expect((await scene.run([...UNDO, "--force"])).code).toBe(0);
        expect(meaningOfState(server.state)).toEqual(meaningOfState(teamState()));
      },
      { locks: false },
    ));

  it("refuses a workspace that the backend cannot have, and a directory that is not initialised", () =>
    withHttpState(async (scene, server) => {
      const { code, stderr } = await scene.run(APPLY, { env: { TF_WORKSPACE: "nope" } });
      expect(code).toBe(2);
      expect(stderr).toContain("its backend doesn't support workspaces, but one is selected");
      const bare = await scene.run(APPLY, { env: { TF_DATA_DIR: path.join(scene.directory, ".other") } });
      expect(bare.code).toBe(2);
      expect(bare.stderr).toContain("the directory is not initialized");
      expect(server.state).toBe(teamState());
    }));

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "stopped by %s while Terraform writes, waits for Terraform and reports what was done",
    (signal) =>
      withHttpState(async (scene, server) => {
        let interrupt = () => {};
        server.onRequest = async ({ method }) => {
          if (method !== "POST") return;
          interrupt();
          await new Promise((resolve) => setTimeout(resolve, 300));
        };
        const { code, stdout } = await scene.run(APPLY, { onStart: (child) => (interrupt = () => child.kill(signal)) });
        expect([code, stdout.split("\n")[0]]).toEqual([
          0,
          "State          3 removed, 2 others unchanged, serial 3 → 4",
        ]);
        expect(server.lock).toBeUndefined();
        expect(serialOf(server.state)).toBe(4);
      }),
  );

  it("stopped while the state can't be read again at once, still reads it and reports what was done", () =>
    withHttpState(async (scene, server) => {
      let interrupt = () => {};
      let isFailing = false;
      server.onRequest = async ({ method }) => {
        if (method === "POST") isFailing = true;
        else if (method === "GET" && isFailing) {
          isFailing = false;
          interrupt();
          throw new Error("not now");
        }
      };
      const { code, stdout } = await scene.run(APPLY, { onStart: (child) => (interrupt = () => child.kill("SIGINT")) });
      expect(server.log).toContain("POST");
      expect([code, stdout.split("\n")[0]]).toEqual([0, "State          3 removed, 2 others unchanged, serial 3 → 4"]);
    }));

  it("interrupted before the change, changes nothing", () =>
    withHttpState(async (scene, server) => {
      let interrupt = () => {};
      server.onRequest = async () => {
        interrupt();
        await new Promise((resolve) => setTimeout(resolve, 300));
      };
      const { code } = await scene.run(APPLY, { onStart: (child) => (interrupt = () => child.kill("SIGINT")) });
      expect(code).toBe(130);
      expect([server.state, server.lock]).toEqual([teamState(), undefined]);
      expect(await scene.listJournals()).toEqual([]);
    }));

  it("two runs at the same time: the second says what the first is doing, and what it did", () =>
    withHttpState(async (scene, server) => {
      let second: Promise<Ran> | undefined;
      server.onRequest = async ({ method }) => {
        if (method !== "POST") return;
        server.onRequest = async () => undefined;
        second = scene.run([...APPLY, "--lock-timeout", "60s"], { inOwnProcess: true });
        await new Promise((resolve) => setTimeout(resolve, 4000));
      };
      const first = await scene.run(APPLY, { inOwnProcess: true });
      expect([first.code, first.stdout.split("\n")[0]]).toEqual([
        0,
        "State          3 removed, 2 others unchanged, serial 3 → 4",
      ]);
      const id = /--undo (\S+)/.exec(first.stdout)?.[1];
      const { code, stderr } = (await second) ?? first;
      expect(code).toBe(0);
      expect(stderr).toContain(`another repair of . is running: ${id} removes 3 invites from the state`);
      expect(stderr).toContain(`skipped: openai_invite.alice is no longer in the state: the repair ${id} removed it`);
      expect(stderr).not.toContain("interrupted");
      expect(serialOf(server.state)).toBe(4);
    }));

  it("and when the second cannot wait, it says who holds the lock", () =>
    withHttpState(async (scene, server) => {
      let second: Promise<Ran> | undefined;
      server.onRequest = async ({ method }) => {
        if (method !== "POST") return;
        server.onRequest = async () => undefined;
        second = scene.run([...APPLY, "--lock-timeout", "0s"], { inOwnProcess: true });
        await second;
      };
      const first = await scene.run(APPLY, { inOwnProcess: true });
      const id = /--undo (\S+)/.exec(first.stdout)?.[1];
      const { code, stderr } = (await second) ?? first;
      expect([first.code, code]).toEqual([0, 2]);
      expect(stderr).toMatch(new RegExp(`the state is locked.*another repair of . is running: ${id} removes`));
    }));
});
