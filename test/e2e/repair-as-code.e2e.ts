import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { type Case, inCase } from "../cases/case.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { ROOT } from "../support/program.js";
import { standInProvider } from "./played-root.js";
import { planSchema, terraform } from "./terraform.js";

const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

/** The program goes by the real time here. */
const NEVER = 4_000_000_000;

/** What a person of a terminal of 80 columns is shown. */
async function shown(args: readonly string[], { directory, api }: Case) {
  let text = "";
  const write = (piece: string) => {
    text += piece;
  };
  const stream = { write, isTTY: true, columns: 80 };
  const { stdin, platform } = process;
  const env = {
    PATH: process.env["PATH"],
    OPENAI_ADMIN_KEY: api.key,
    OPENAI_BASE_URL: api.url,
    NO_COLOR: "1",
    CI: "1",
  };
  const io = { stdin: Object.assign(stdin, { isTTY: false }), platform, env, cwd: directory };
  const code = await main(args, { ...io, stdout: stream, stderr: stream, signal: new AbortController().signal });
  return { code, text: `$ tfinvite ${args.join(" ")}\n${text}--- exit ${code}\n` };
}

/** Plays with the real Terraform and a provider that talks to the case's own Admin API. */
async function withProvider(one: Case, play: (real: (...args: string[]) => Promise<string>) => Promise<void>) {
  const { url, key } = OPENAI.settings;
  const provider = `provider "openai" {\n  ${url} = "${one.api.url}"\n  ${key} = var.key\n}\n\nvariable "key" {\n  type      = string\n  sensitive = true\n}\n`;
  await writeFile(path.join(one.directory, "provider.tf"), provider);
  const source = await standInProvider(OPENAI)(one.api);
  try {
    await play(async (...args) => {
      const ran = await terraform(args, { cwd: one.directory, env: { ...source.env, TF_VAR_key: one.api.key } });
      if (ran.code !== 0) throw new Error(`terraform ${args.join(" ")}: ${ran.stdout}${ran.stderr}`);
      return ran.stdout;
    });
  } finally {
    await source.close();
  }
}

/** What a plan does, by the addresses of the state; moves alone are `moved`. */
async function planned(real: (...args: string[]) => Promise<string>): Promise<Record<string, string>> {
  await real("plan", "-out=made.plan");
  const { resource_changes } = planSchema.parse(JSON.parse(await real("show", "-json", "made.plan")));
  return Object.fromEntries(
    resource_changes.flatMap(({ mode, address, previous_address, change: { actions } }) => {
      const action = actions.join() === "no-op" ? (previous_address === undefined ? "" : "moved") : actions.join();
      return mode !== "managed" || action === "" ? [] : [[previous_address ?? address, action]];
    }),
  );
}

describe.skipIf(!hasTerraform)("the repair as code, from a rename that is not applied yet to an empty plan", () => {
  it("is quiet before, exits 0 in between, forgets two, and leaves nothing", () =>
    inCase(
      "moved",
      async (one) => {
        await withProvider(one, async (real) => {
          await real("init");
          await mkdir(path.join(one.directory, ".git"));
          await writeFile(path.join(one.directory, ".git/HEAD"), "");
          const told: string[] = [];
          const tell = async (...args: string[]) => {
            const { code, text } = await shown(args, one);
            told.push(text);
            return code;
          };
          expect(await tell("check")).toBe(0);
          expect(await tell("repair", "--as", "blocks", "--write", "--yes")).toBe(0);
          expect([await tell("check", "--fail-on", "warning"), told.at(-1)]).toEqual([0, told.at(-1)]);
          expect(await planned(real)).toEqual({
            'openai_invite.people["dan@example.com"]': "forget",
            'openai_invite.people["eve@example.com"]': "moved",
            "openai_invite.lead": "forget",
          });
          const applied = await real("apply", "made.plan");
          told.push(`$ terraform apply\n${/^Apply complete!.*$/m.exec(applied)?.[0]}\n`);
          expect(applied).toContain("0 added, 0 changed, 0 destroyed");
          expect([await tell("check", "--fail-on", "warning"), told.at(-1)]).toEqual([0, told.at(-1)]);
          expect(await tell("repair", "--clean")).toBe(0);
          expect(await planned(real)).toEqual({});
          expect([await tell("check", "--fail-on", "notice"), told.at(-1)]).toEqual([0, told.at(-1)]);
          const text = told
            .join("\n")
            .replaceAll(one.directory, "DIRECTORY")
            .replaceAll(/\d+\s+(?:second|minute|hour|day|month|year)s?\s+ago/g, "some days ago");
          await expect(text).toMatchFileSnapshot(path.join(ROOT, "fixtures/outputs/repair-as-code.txt"));
        });
      },
      { api: (api) => ({ ...api, invites: api.invites.map((one) => ({ ...one, expires_at: NEVER })) }) },
    ));

  it.each<[name: string, statements: readonly [from: string, to?: string][]]>([
    ["a chain to what is removed", [["o", "p"], ["p", "q"], ["q"]]],
    ["a chain written backwards", [["p", "q"], ["o", "p"], ["q"]]],
    ["removed in the middle", [["o", "p"], ["p"]]],
    ["removed at once", [["o"]]],
  ])("repair --clean never deletes what Terraform would still use: %s", (_, statements) =>
    inCase(
      "moved",
      async (one) => {
        await withProvider(one, async (real) => {
          await real("init");
          await shown(["repair", "--clean"], one);
          const plan = await planned(real);
          expect(plan).toEqual({ "openai_invite.o": "forget" });
          await real("apply", "made.plan");
          expect((await shown(["repair", "--clean"], one)).code).toBe(0);
          expect(await planned(real)).toEqual({});
          expect(await one.read("main.tf")).not.toMatch(/moved|removed/);
        });
      },
      {
        files: {
          "main.tf": statements
            .map(([from, to]) =>
              to === undefined
                ? `removed {\n  from = openai_invite.${from}\n\n  lifecycle {\n    destroy = false\n  }\n}\n`
                : `moved {\n  from = openai_invite.${from}\n  to   = openai_invite.${to}\n}\n`,
            )
            .join("\n"),
          "terraform.tfstate": (text) => {
            const state = JSON.parse(text);
            const lead = state.resources.find(({ name }: { name: string }) => name === "lead");
            return JSON.stringify({ ...state, resources: [{ ...lead, name: "o" }] });
          },
        },
      },
    ),
  );
});
