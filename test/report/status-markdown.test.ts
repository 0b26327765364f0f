import { expect, it } from "vitest";
import { formatStatusMarkdown } from "../../src/report/status-markdown.js";
import { inNamedScene } from "../support/scenes.js";
import { CONTEXT, findingWith, reportWith } from "./hostile.js";

it("has every invite in a table, and those that no state holds below it", () =>
  inNamedScene("scenes/orphans", async ({ run }) => {
    const { code, stdout } = await run(["status", "--orphans", "--shell", "bash", "--format", "markdown"]);
    expect(code).toBe(0);
    expect(stdout).toContain("**None of the 2 invites needs action.**\n\n#### 2 pending");
    const all = await run(["status", "--all", "--format", "markdown"]);
    expect(all.stdout).toContain(
      "| ⏳ | `openai_invite.lee` | `lee@example.com` | `reader` | pending (expires in 4 days) |",
    );
    expect(stdout).toContain("#### 2 pending invites at OpenAI are not in the state that was read");
    expect(stdout).toContain("```sh\nterraform import 'openai_invite.mo' 'invite-00000062'\n```");
    expect(stdout).toContain('```hcl\nresource "openai_invite" "nia" {');
  }));

it("ends with a line break for any report", () => {
  expect(formatStatusMarkdown(reportWith([findingWith({})]), CONTEXT)).toMatch(/\n$/);
});
