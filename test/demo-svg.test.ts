import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { hasTerraform, WITHOUT_TERRAFORM } from "./support/apply-scene.js";
import { ROOT } from "./support/program.js";
import type { Scene } from "./support/recording.js";
import { inNamedScene } from "./support/scenes.js";
import { terminalSvg } from "./support/terminal-svg.js";

const PICTURE = path.join(ROOT, "docs/demo.svg");

const SESSION = ["status", "repair --apply --write --yes", "status"];

describe.skipIf(!hasTerraform)(`docs/demo.svg ${WITHOUT_TERRAFORM}`, () => {
  it("shows a session from the used invites to the repaired state (UPDATE_DOCS=1 writes it)", async () => {
    const parts: string[] = [];
    const play = async ({ directory, run }: Scene) => {
      const env = { NO_COLOR: "", FORCE_COLOR: "1", XDG_STATE_HOME: path.join(directory, ".home") };
      for (const command of SESSION) {
        const { stdout, stderr } = await run(command.split(" "), { env });
        const output = [stderr, stdout].filter((text) => text !== "").join("\n");
        parts.push(`\u001b[1m$ tfinvite ${command}\u001b[22m\n${output.trimEnd()}\n`);
      }
      const shown = parts
        .join("\n")
        .replaceAll(path.join(directory, ".home"), "~/.local/state")
        // Only this differs each time: the name of the saved repair.
        .replaceAll(/\d{8}-\d{6}-[0-9a-f]{8}/g, "20261124-210000-9f138498");
      const picture = terminalSvg("tfinvite: from used invites to a repaired state", shown);
      if (process.env["UPDATE_DOCS"] === "1") writeFileSync(PICTURE, picture);
      expect(picture).toBe(readFileSync(PICTURE, "utf8"));
      expect(picture.length).toBeLessThan(40_000);
    };
    // A backup is not kept in a repository.
    await inNamedScene("scenes/team", play, { inRepository: false });
  }, 60_000);
});
