import { expect, it } from "vitest";
import { inScene } from "../support/recording.js";

const MAIN = `terraform {
  required_providers {
    openai = {
      source  = "openai/openai"
      version = "1.1.0"
    }
  }
}

resource "openai_invite" "people" {
  for_each = { for person in yamldecode(file("people.yaml")) : person.email => person }
  email    = each.key
  role     = each.value.role
}

resource "openai_invite" "team" {
  for_each = jsondecode(file("team.json"))
  email    = each.key
  role     = each.value
}
`;

const files = {
  "main.tf": MAIN,
  "people.yaml": "- email: Kim@example.com\n  role: reader\n- email: lee@example.com\n  role: redaer\n",
  "team.json": '{\n  "lee@example.com": "reader",\n  "max@example.com": "boss"\n}\n',
};

it("rules point at the line of a data file", () =>
  inScene({ files }, async ({ run }) => {
    const { stdout, code } = await run(["lint"]);
    expect(stdout.match(/^\S+: (?:error|warning|notice)|\[[\w-]+\]$/gm)?.join(" ")).toBe(
      "people.yaml:1:10: notice [mixed-case-email] people.yaml:4:9: error [invalid-role] team.json:2:3: warning [duplicate-invite] team.json:3:22: error [invalid-role]",
    );
    expect(code).toBe(1);
  }));

it("a file that cannot be read is reported, and nothing is guessed", () =>
  inScene({ files: { "main.tf": MAIN, "people.yaml": "a: b: c\n" } }, async ({ run }) => {
    const { stderr, code } = await run(["lint"]);
    expect(stderr).toContain(
      "main.tf:10: the instances of openai_invite.people are not known: yamldecode(): it is not valid YAML, or uses syntax that tfinvite doesn't support",
    );
    expect(stderr).toContain(
      "main.tf:16: the instances of openai_invite.team are not known: there is no file team.json",
    );
    expect(code).toBe(0);
  }));
