import { expect, it } from "vitest";
import { inScene } from "../support/recording.js";

/** Ways to modules were searched again for each finding: half of this took 25 seconds, and all of it minutes. */
const CALLS = 3000;
const SOURCE = "registry.example.com/a/people/openai";
const names = Array.from({ length: CALLS }, (_, index) => `m${index}`);

const FILES = {
  "main.tf": `# tfinvite-ignore: invalid-role -- nothing here
locals {}
terraform {
  required_providers {
    openai = { source = "openai/openai", version = "1.1.0" }
  }
}
${names.map((name) => `module "${name}" {\n  source = "${SOURCE}"\n}\n`).join("")}`,
  ".git/HEAD": "",
  ".terraform/modules/modules.json": JSON.stringify({
    Modules: [
      { Key: "", Source: "", Dir: "." },
      ...names.map((name) => ({ Key: name, Source: SOURCE, Version: "1.0.0", Dir: ".terraform/modules/people" })),
    ],
  }),
  ".terraform/modules/people/main.tf": `terraform {
  required_providers {
    openai = { source = "openai/openai" }
  }
}
resource "openai_invite" "kim" {
  email = "Kim@example.com"
  role  = "reader"
}
`,
};

it("thousands of calls of one module are shown at their calls in bounded time, beside a comment", () =>
  inScene({ files: FILES }, async ({ run }) => {
    const { code, stdout } = await run(["check", "--offline", "--format", "checkstyle", "--fail-on", "never"]);
    expect(code).toBe(0);
    // The first one is not the second of its person.
    expect(stdout.match(/tfinvite\.duplicate-invite/g)?.length).toBe(CALLS - 1);
    expect(stdout).toContain('line="8"');
    expect(stdout).not.toContain('name=".terraform');
  }));
