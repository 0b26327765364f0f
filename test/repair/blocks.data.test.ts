import { describe, expect, it } from "vitest";
import { inSentRoot, ownTexts } from "../support/forget-case.js";

const PEOPLE = (list: string) => `resource "openai_invite" "people" {
  for_each = ${list}
  email    = each.key
  role     = "reader"
}
`;

/** What `--write` says about the change that it does not make; every file stays as it is but for the blocks. */
async function leftAlone(files: Readonly<Record<string, string>>): Promise<string> {
  let said = "";
  await inSentRoot(files, async ({ directory, run }) => {
    const before = ownTexts(directory);
    const { code, stderr } = await run(["repair", "--as", "blocks", "--write", "--yes"]);
    for (const name of Object.keys(files)) expect(ownTexts(directory).get(name), name).toBe(before.get(name));
    expect(code, stderr).not.toBe(0);
    said = stderr;
  });
  return said.split("\n").find((line) => line.includes("drop ") || line.includes("leave ")) ?? said;
}

describe("a person in a data file that is not edited", () => {
  it.each([
    [
      "CSV",
      {
        "main.tf": PEOPLE('{ for row in csvdecode(file("people.csv")) : row.email => row }'),
        "people.csv": "email\nused-kim@example.com\nlee@example.com\n",
      },
      /people\.csv:2 .*: people\.csv is not edited: only lists and maps in YAML and JSON are; drop "used-kim@example.com"/,
    ],
    [
      "lines",
      {
        "main.tf": PEOPLE('toset(split("\\n", trimspace(file("people.txt"))))'),
        "people.txt": "lee@example.com\nused-kim@example.com\n",
      },
      /people\.txt:2 .*: people\.txt is not edited: .*; drop "used-kim@example.com"/,
    ],
    [
      "a file for each",
      {
        "main.tf": `resource "openai_invite" "people" {
  for_each = { for name in fileset("people", "*.yaml") : trimsuffix(name, ".yaml") => yamldecode(file("people/\${name}")) }
  email    = each.value.email
  role     = "reader"
}
`,
        "people/kim.yaml": "email: used-kim@example.com\n",
        "people/lee.yaml": "email: lee@example.com\n",
      },
      /people\/kim\.yaml:1 .*: people\/kim\.yaml as a whole is what declares it; drop "kim"/,
    ],
    [
      "another root module that reads it",
      {
        "main.tf": PEOPLE('toset(yamldecode(file("people.yaml")))'),
        "people.yaml": "- used-kim@example.com\n- lee@example.com\n",
        "live/main.tf": `${PEOPLE('toset(yamldecode(file("../people.yaml")))')}`,
      },
      /people\.yaml is not changed: live reads it as well/,
    ],
    [
      "two readings of it",
      {
        "main.tf": PEOPLE('toset(concat(yamldecode(file("people.yaml")), split("\\n", file("people.yaml"))))'),
        "people.yaml": "[used-kim@example.com]\n",
      },
      /people\.yaml is not edited/,
    ],
    [
      "something else that takes the text",
      {
        "main.tf": `${PEOPLE('toset(yamldecode(file("people.yaml")))')}
resource "terraform_data" "copy" {
  input = file("people.yaml")
}
`,
        "people.yaml": "- used-kim@example.com\n- lee@example.com\n",
      },
      /input of terraform_data\.copy would change as well/,
    ],
    [
      "a hash of it beside something that is not known",
      {
        "main.tf": `${PEOPLE('toset(yamldecode(file("people.yaml")))')}
resource "terraform_data" "copy" {
  input = "\${filesha256("people.yaml")} \${terraform_data.copy2.id}"
}

resource "terraform_data" "copy2" {
}
`,
        "people.yaml": "- used-kim@example.com\n- lee@example.com\n",
      },
      /input of terraform_data\.copy would change as well/,
    ],
  ])("%s", async (_, files, expected) => {
    expect(await leftAlone(files)).toMatch(expected);
  });
});

it("takes an alias out where it is, and leaves what it stands for", () =>
  inSentRoot(
    {
      "main.tf": PEOPLE('toset(yamldecode(file("people.yaml")).all)'),
      "people.yaml": "leads:\n  - &kim used-kim@example.com\nall:\n  - *kim\n  - lee@example.com\n",
    },
    async ({ directory, run }) => {
      expect((await run(["repair", "--as", "blocks", "--write", "--yes"])).code).toBe(0);
      expect(ownTexts(directory).get("people.yaml")).toBe(
        "leads:\n  - &kim used-kim@example.com\nall:\n  - lee@example.com\n",
      );
    },
  ));

describe("a person in a data file", () => {
  const files = {
    "main.tf": `locals {
  people = { for person in yamldecode(file("\${path.module}/people.yaml")) : person.email => person }
}

resource "openai_invite" "people" {
  for_each = local.people
  email    = each.key
  role     = each.value.role
}
`,
    "people.yaml": "- email: lee@example.com\n  role: reader\n- email: used-kim@example.com\n  role: reader\n",
  };

  it("has file and line in status and check, as text and as JSON", () =>
    inSentRoot(files, async ({ run }) => {
      const status = await run(["status"]);
      expect(status.stdout).toMatch(/used-kim@example\.com.*accepted.*people\.yaml:3/);
      const { invites } = JSON.parse((await run(["status", "--format", "json"])).stdout);
      expect(invites).toMatchObject([
        { email: "lee@example.com", file: "people.yaml", range: { start: { line: 1, column: 3 } } },
        { email: "used-kim@example.com", file: "people.yaml", range: { start: { line: 3, column: 3 } } },
      ]);
      const check = await run(["check", "--fail-on", "notice"]);
      expect(check.stdout).toMatch(/^people\.yaml:3:3: \w+: openai_invite\.people\["used-kim@example\.com"\]/m);
      expect(check.code).toBe(1);
    }));

  it("is silenced by a comment at its block", () =>
    inSentRoot(
      {
        ...files,
        "main.tf": files["main.tf"].replace("resource", "# tfinvite-ignore: accepted-invite -- later\nresource"),
      },
      async ({ run }) => {
        const check = await run(["check", "--fail-on", "notice"]);
        expect(check.stdout).not.toContain("accepted-invite");
        expect(check.stdout).not.toContain("unused-suppression");
      },
    ));
});
