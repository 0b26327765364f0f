import { expect, it } from "vitest";
import { formatStatusCompact } from "../../src/report/status-compact.js";
import { inNamedScene } from "../support/scenes.js";
import { reportWith } from "./hostile.js";

it("has a line for each invite, without hiding any, also for those in no state", () =>
  inNamedScene("scenes/orphans", async ({ run }) => {
    const { code, stdout } = await run(["status", "--orphans", "--format", "compact"]);
    expect(code).toBe(0);
    expect(stdout.replaceAll("\t", " | ")).toMatchInlineSnapshot(`
      "pending | openai_invite.lee | lee@example.com | . | main.tf:10 | expires in 4 days
      not-sent | openai_invite.mo | mo@example.com | . | main.tf:15 | -
      pending | - | mo@example.com | - | - | in no state: invite-00000062
      pending | - | nia@example.com | - | - | in no state: invite-00000063
      "
    `);
  }));

it("gives nothing for no invites", () => {
  expect(formatStatusCompact(reportWith([]))).toBe("");
});
