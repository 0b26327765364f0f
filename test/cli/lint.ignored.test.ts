import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tfinvite } from "../support/program.js";
import { stateOf } from "../support/states.js";

const MODULE = 'resource "openai_invite" "kim" {\n  email = "kim@example.com"\n  role  = "chief"\n}\n';
const CALL = 'module "a" {\n  source = "../people"\n}\n';
const IGNORE = "# tfinvite-ignore: invalid-role -- theirs\n";

describe("findings in modules", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-ignored-"));
  });

  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  async function run(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<string[]> {
    for (const [name, text] of Object.entries({ "people/main.tf": MODULE, ...files })) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), text);
    }
    const { stdout } = await tfinvite(args, { cwd });
    return stdout.split("\n").filter((line) => /\[(?:invalid-role|accepted-invite)\]/.test(line));
  }

  it("are silenced by a comment at the call, and --show-ignored lists them with it", async () => {
    const files = { "live/main.tf": `${IGNORE.replace(" --", " until 2099-12-31 --")}${CALL}` };
    expect(await run(files, ["lint", "--format", "compact"])).toEqual([]);
    const line =
      'people/main.tf:3: openai_invite.kim: "chief" is not a valid organization role: OpenAI accepts only "owner" or "reader", exactly as written, and rejects the invite otherwise [invalid-role], silenced by the comment at live/main.tf:1 until 2099-12-31: theirs';
    const shown = await run(files, ["lint", "--format", "compact", "--show-ignored"]);
    expect(shown.map((text) => text.replace("module.a.", ""))).toEqual([line]);
    expect((await run(files, ["lint", "--format", "markdown", "--show-ignored"])).join("")).toContain("silenced by");
    expect((await tfinvite(["lint", "--format", "pretty", "--show-ignored"], { cwd })).stdout).toContain(
      "silenced: 1 finding",
    );
  });

  it("are reported while another call of the module has no comment, in this root module or in another one", async () => {
    const twice = { "live/main.tf": `${IGNORE}${CALL}${CALL.replace('"a"', '"b"')}` };
    expect(await run(twice, ["lint"])).toHaveLength(1);
    const both = { "live/main.tf": `${IGNORE}${CALL}`, "test/main.tf": CALL };
    expect(await run(both, ["lint"])).toHaveLength(1);
    expect(await run({ ...both, "test/main.tf": `${IGNORE}${CALL}` }, ["lint"])).toEqual([]);
  });

  it("are silenced for the instances of that call where they are about instances", async () => {
    const invite = (module: string, id: string) => ({
      name: "kim",
      module,
      id,
      email: `${id}@example.com`,
      status: "accepted",
    });
    const files = {
      "people/main.tf":
        'variable "email" {}\nresource "openai_invite" "kim" {\n  email = var.email\n  role  = "reader"\n}\n',
      "live/main.tf": ["a", "b"]
        .map((name) => `module "${name}" {\n  source = "../people"\n  email  = "${name}@example.com"\n}\n`)
        .join("# tfinvite-ignore: accepted-invite -- theirs\n"),
      "live/terraform.tfstate": stateOf([invite("module.a", "a"), invite("module.b", "b")]),
    };
    const found = await run(files, ["check", "live", "--offline", "--format", "compact"]);
    expect(found).toEqual([expect.stringContaining("module.a.openai_invite.kim")]);
  });
});
