import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { standInProvider } from "../e2e/played-root.js";
import { planSchema, terraform } from "../e2e/terraform.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { type Case, inCase } from "./case.js";

const WRITE = ["repair", "--as", "blocks", "--write", "--yes"];
const FORGET_FILE = "tfinvite-forget.tf";

/** The addresses that a repair's printed command names. */
function named(stdout: string): string[] {
  return [...stdout.matchAll(/'([^']+)'/g)].map(([, address = ""]) => address);
}

/** The lines that the notes of a repair name, each with what to do there. */
function lines(text: string): string[] {
  return [...text.matchAll(/^ {4}(\S+\.tf:\d+) +(\S+) +(.*)$/gm)].map(
    ([, place, block, words]) => `${place} ${block} ${words}`,
  );
}

describe("repair names the lines that re-invite a person, and the addresses in the state", () => {
  it("after a rename with a moved block, also into a module", () =>
    inCase("moved", async ({ run, json }) => {
      const { code, stdout, stderr } = await run(["repair"]);
      expect(code).toBe(0);
      expect(named(stdout)).toEqual(['openai_invite.people["dan@example.com"]', "openai_invite.lead"]);
      expect(lines(stderr)).toEqual([
        "hr/main.tf:9 module.hr.openai_invite.lead delete the block; this also deletes it for other root modules that call its module",
        'main.tf:2 openai_invite.team drop "dan@example.com"',
      ]);
      const emitted = JSON.parse((await run(["repair", "--as", "json"])).stdout);
      expect(emitted.repairs[0].addresses).toEqual(named(stdout));
      expect((await json(["check"])).code).toBe(0);
    }));

  it("after count was added or removed", () =>
    inCase("count-added-or-removed", async ({ run }) => {
      const { stdout, stderr } = await run(["repair"]);
      expect(named(stdout)).toEqual(["openai_invite.boss", "openai_invite.chief[0]"]);
      expect(lines(stderr)).toEqual([
        "main.tf:1 openai_invite.boss delete the block",
        "main.tf:7 openai_invite.chief delete the block",
      ]);
    }));

  it("after a rename without moved", () =>
    inCase("declared-elsewhere", async ({ run, read }) => {
      const { code, stdout, stderr } = await run(["repair"]);
      expect([code, named(stdout)]).toEqual([0, ["openai_invite.dan"]]);
      expect(lines(stderr)).toEqual(["main.tf:1 openai_invite.daniel delete the block"]);
      const written = await run(WRITE);
      expect(written.code).toBe(0);
      expect(written.stderr).toMatch(/^Blocks .*, for 1 invite$/m);
      expect(await read("main.tf")).toBe("");
    }));

  it("and reports a line that it can't edit, with exit 3", () =>
    inCase(
      "declared-elsewhere",
      async ({ run }) => {
        const { code, stderr } = await run(WRITE);
        expect(code).toBe(3);
        expect(stderr).toMatch(
          /Not edited; make these edits yourself:\n {2}main\.tf:1 +openai_invite\.daniel: .*\(main\.tf:6\); delete the block/,
        );
        expect(stderr).toContain("exit 3: incomplete, 1 invite not done: tfinvite repair shows the command");
      },
      {
        files: {
          "main.tf": (text) =>
            `${text}\nresource "terraform_data" "copy" {\n  input = openai_invite.daniel.status\n}\n`,
        },
      },
    ));

  it("everywhere the same person is invited: in another case, in a list; not another person", () =>
    inCase(
      "declared-elsewhere",
      async ({ run, read }) => {
        expect(lines((await run(["repair"])).stderr)).toEqual([
          "main.tf:1 openai_invite.daniel delete the block",
          'main.tf:7 openai_invite.team drop "Dan@example.com"',
        ]);
        expect((await run(WRITE)).code).toBe(0);
        expect(await read("main.tf")).toContain('toset(["zoe@example.com"])');
      },
      {
        files: {
          "main.tf": (text) =>
            `${text}\nresource "openai_invite" "team" {\n  for_each = toset(["Dan@example.com", "zoe@example.com"])\n  email    = each.key\n  role     = "reader"\n}\n`,
        },
      },
    ));
});

describe("repair --as blocks --write", () => {
  it.each(["forgotten-name-in-state", "forgotten-name-holds-another"])("chooses an unused name: %s", (name) =>
    inCase(name, async ({ run, read }) => {
      expect((await run(WRITE)).code).toBe(0);
      expect(await read(FORGET_FILE)).toContain('to   = openai_invite.forgotten_team_2["dan@example.com"]');
    }),
  );

  it("skips an instance that no moved block can rename, with the reason", () =>
    inCase("switched-off", async ({ run, directory, read }) => {
      const before = await read("main.tf");
      const { code, stderr } = await run(WRITE);
      expect(code).toBe(3);
      expect([...stderr.matchAll(/(\S+) +its block is still at (\S+),/g)].map(([, ...words]) => words)).toEqual([
        ["openai_invite.ann", "main.tf:1"],
        ["openai_invite.ben", "main.tf:10"],
        ["openai_invite.cat", "main.tf:16"],
      ]);
      expect([await read("main.tf"), existsSync(path.join(directory, FORGET_FILE))]).toEqual([before, false]);
    }));

  it.each(["< 1.7", "~> 1.6.0", "1.7.0-0", "< 1.7.0-0", "<= 1.6.6"])(
    "writes nothing for required_version = %j",
    (version) =>
      inCase(
        "no-removed-blocks-yet",
        async ({ run, directory }) => {
          const { code, stderr } = await run(WRITE);
          expect(code).toBe(2);
          expect(stderr).toContain(`required_version (${version}) allows no Terraform that has them`);
          expect(existsSync(path.join(directory, FORGET_FILE))).toBe(false);
        },
        { files: { "versions.tf": (text) => text.replace('"< 1.7"', JSON.stringify(version)) } },
      ),
  );

  it("uses OpenTofu's own version limits from 1.12 on", () =>
    inCase("tofu-version-limits", async ({ run, json }) => {
      const { findings } = await json(["lint"]);
      expect(findings).toEqual([
        "notice missing-destroy-guard openai_invite.dan main.tf:1",
        "notice missing-destroy-guard openai_invite.eve main.tf:6",
      ]);
      expect((await run(WRITE)).code).toBe(0);
    }));

  it("does not assume an OpenTofu with the guard where only old .tf files limit its version", () =>
    inCase("tofu-version-limits", async ({ json }) => expect((await json(["lint"])).findings).toEqual([]), {
      files: { "language.tofu": null },
    }));

  it("counts an invite once even if other declarations would send it again", () =>
    inCase("declared-elsewhere", async ({ run }) =>
      expect((await run(WRITE)).stderr).toMatch(/^Blocks .*, for 1 invite$/m),
    ));

  it("counts invites, not edits", () =>
    inCase("import-left-behind", async ({ run }) => {
      const { code, stderr } = await run(WRITE);
      expect(code).toBe(3);
      expect(stderr).toMatch(/^Blocks .*, for 1 invite$/m);
      expect(stderr).toContain("exit 3: incomplete, 1 invite not done: tfinvite repair shows the command");
    }));

  const ALIGNED = '    "al@example.com"  = "reader"\n    "dan@example.com" = "reader"\n  }';
  it("re-aligns a map after its longest key is removed", () =>
    inCase("aligned-map", async ({ run, read }) => {
      expect((await run(WRITE)).code).toBe(0);
      expect(await read("main.tf")).toContain(ALIGNED);
    }));

  it("does not align a map that was not aligned before", () =>
    inCase(
      "aligned-map",
      async ({ run, read }) => {
        expect((await run(WRITE)).code).toBe(0);
        expect(await read("main.tf")).toContain(
          '    "al@example.com" = "reader"\n    "dan@example.com"         = "reader"\n  }',
        );
      },
      { files: { "main.tf": (text) => text.replace('"al@example.com"         ', '"al@example.com"') } },
    ));
});

const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

/** What the real Terraform plans in the copy of a case, by the state's addresses. */
async function planned({ directory, api }: Case): Promise<Record<string, string>> {
  const { url, key } = OPENAI.settings;
  const provider = `provider "openai" {\n  ${url} = "${api.url}"\n  ${key} = "${api.key}"\n}\n`;
  await writeFile(path.join(directory, "provider.tf"), provider);
  const source = await standInProvider(OPENAI)(api);
  try {
    const run = async (...args: readonly string[]) => {
      const ran = await terraform(args, { cwd: directory, env: source.env });
      if (ran.code !== 0) throw new Error(`terraform ${args.join(" ")}: ${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    };
    await run("init");
    await run("plan", "-out=made.plan");
    const { resource_changes } = planSchema.parse(JSON.parse(await run("show", "-json", "made.plan")));
    return Object.fromEntries(
      resource_changes.flatMap(({ mode, address, previous_address, change: { actions } }) =>
        mode !== "managed" || actions.join() === "no-op" ? [] : [[previous_address ?? address, actions.join()]],
      ),
    );
  } finally {
    await source.close();
  }
}

describe.skipIf(!hasTerraform)("counts of repair --apply --write (skipped: no terraform on the PATH)", () =>
  it("are of invites, not of edits, and separate the configuration from the state", () =>
    inCase("import-left-behind", async ({ run }) => {
      const { code, stdout, stderr } = await run(["repair", "--apply", "--write", "--yes"]);
      expect(code).toBe(3);
      expect(stdout).toContain("State          2 removed, 1 other unchanged");
      expect(stderr).toContain("2 used invites to remove from the state");
      expect(stderr).toContain("exit 3: incomplete, 1 invite not edited in the configuration\n");
    })),
);

describe.skipIf(!hasTerraform)("the plan after repair --as blocks --write (skipped: no terraform on the PATH)", () => {
  const DAN = 'openai_invite.team["dan@example.com"]';
  it.each<[name: string, plan: Record<string, string>]>([
    ["moved", { 'openai_invite.people["dan@example.com"]': "forget", "openai_invite.lead": "forget" }],
    ["count-added-or-removed", { "openai_invite.boss": "forget", "openai_invite.chief[0]": "forget" }],
    ["declared-elsewhere", { "openai_invite.dan": "forget" }],
    ["forgotten-name-in-state", { [DAN]: "forget", 'openai_invite.forgotten_team["dan@example.com"]': "forget" }],
    ["forgotten-name-holds-another", { [DAN]: "forget", 'openai_invite.forgotten_team["fay@example.com"]': "delete" }],
    ["aligned-map", { 'openai_invite.team["bartholomew@example.com"]': "forget" }],
  ])("forgets, creates nothing and destroys nothing that it did not before: %s", (name, plan) =>
    inCase(name, async (one) => {
      expect((await one.run(WRITE)).code).toBe(0);
      const formatted = await terraform(["fmt", "-check", "main.tf"], { cwd: one.directory, env: {} });
      expect(formatted.code).toBe(0);
      expect(await planned(one)).toEqual(plan);
    }),
  );
});
