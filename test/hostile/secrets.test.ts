import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { main } from "../../src/cli/main.js";
import { REPORT_FORMATS, STATUS_FORMATS } from "../../src/report/formats.js";
import { Client } from "../lsp/client.js";
import { anInvite, aUser, type StandIn, startStandIn } from "../stand-in/server.js";
import { recordFigures } from "../support/figures.js";
import { type Marks, marksIn } from "./marks.js";

/*
 * Secrets that reach a message by way of the configuration's own expressions (`role = var.key`) are held by the tests of
 * marked values; here nothing refers to a secret.
 */

/** Keys in the environment that Terraform does not get. */
const KEYS = {
  OPENAI_ADMIN_KEY: "q7Zt2mVx9KcR4wHs8LnB",
  OPENAI_ADMIN_KEY_EU: "d3Fy6uGj1NpT5aQe0WkM",
  OPENAI_API_KEY: "v8Xr4oCb7JhS2iUl6PzD",
} satisfies Marks;
/** Secrets in the environment that Terraform gets. */
const VARIABLES = {
  AWS_SECRET_ACCESS_KEY: "h5Ng8tYk3ReW9bMx1QvA",
  TF_TOKEN_app_terraform_io: "z6Lw0sPd4FuJ7cIo2GtE",
  TF_VAR_password: "m1Bk9yTq5HaX3eNj8VrC",
  TF_VAR_unnamed: "x2Ue7gWz6DiK0pLf4ScO",
  TF_CLI_ARGS_plan: "j9Ra3vEm8YbQ1hTn5XwG",
  HTTPS_PROXY: "r4Js6kOc2ZgP8uLd0FyI",
} satisfies Marks;
/** Secrets in the state, in the plan, and in files beside the configuration. */
const CONTENTS = {
  attribute: "a8Wm5xNf1TsG7rVb3KjU",
  private: "e0Hq6zCy9LkD4oPi2XtR",
  other: "k3Vd7jSu5BnM1wFa8EgZ",
  output: "n6Qc2yLr0GxJ9hOt4PbW",
  check: "t1Fz8iKe3UvN5mYd7AsH",
  planned: "w7Go4bRx6ICq0lJn9TkE",
  variable: "y5Sp1dMu8VhZ3aWf6LcQ",
  tfvars: "b9Xk2rTj4NeF7gHo0YiD",
  hardcoded: "g0Pa6wBl3RzU8sKv5CmJ",
} satisfies Marks;
const SECRETS: Marks = { ...KEYS, ...VARIABLES, ...CONTENTS };
/** The part before the @ of each person's address. */
const PEOPLE = {
  ann: "annabelle.marked-person",
  bob: "bobby.marked_o'person",
  cleo: "cleopatra.marked+person",
  file: "frederic.marked.file",
} satisfies Marks;
const DOMAIN = "very-secret-domain.example";
const EMAILS = Object.fromEntries(Object.entries(PEOPLE).map(([name, local]) => [name, `${local}@${DOMAIN}`]));
/** No shorter part of these is a word of the program; the first letter is shown. */
const PRIVATE: Marks = { ...PEOPLE, DOMAIN };

const key = (mark: string) => `sk-admin-${mark}`;
const email = (name: keyof typeof PEOPLE) => EMAILS[name] ?? "";

const MAIN = `terraform {
  required_providers {
    openai = { source = "openai/openai" }
  }
  backend "s3" {}
}

variable "password" {
  type      = string
  sensitive = true
}

variable "unnamed" {
  default = null
}

provider "openai" {}

provider "openai" {
  alias     = "eu"
  admin_key = "${key(CONTENTS.hardcoded)}"
}

resource "openai_invite" "team" {
  for_each = toset(["${email("ann")}", "${email("cleo")}"])
  email    = each.key
  role     = "reader"
}

resource "openai_invite" "eu" {
  provider = openai.eu
  email    = "${email("bob")}"
  role     = "readr"
}
`;

function invite(name: string, address: string, more: object = {}, alias = "") {
  const id = `invite-${address.slice(0, 3)}`;
  const attributes = { id, invite_id: id, email: address, role: "reader", status: "pending", projects: [] };
  return {
    mode: "managed",
    type: "openai_invite",
    name,
    provider: `provider["registry.terraform.io/openai/openai"]${alias}`,
    instances: [
      {
        schema_version: 0,
        attributes: { ...attributes, token: CONTENTS.attribute },
        sensitive_attributes: [[{ type: "get_attr", value: "token" }]],
        private: Buffer.from(`{"secret":"${CONTENTS.private}"}`).toString("base64"),
        ...more,
      },
    ],
  };
}

const STATE = JSON.stringify({
  version: 4,
  terraform_version: "1.11.4",
  serial: 3,
  lineage: "marked",
  outputs: { password: { value: CONTENTS.output, type: "string", sensitive: true } },
  resources: [
    invite("team", email("ann"), { index_key: email("ann") }),
    invite("eu", email("bob"), {}, ".eu"),
    {
      mode: "managed",
      type: "random_password",
      name: "db",
      provider: 'provider["registry.terraform.io/hashicorp/random"]',
      instances: [{ schema_version: 3, attributes: { result: CONTENTS.other }, sensitive_attributes: [] }],
    },
  ],
  check_results: [{ object_kind: "var", config_addr: "var.x", status: "fail", objects: [{ failure: CONTENTS.check }] }],
});

const change = (address: string, index: string | undefined, more: object) => ({
  address,
  mode: "managed",
  type: "openai_invite",
  name: address.split(/[.[]/)[1],
  ...(index !== undefined && { index }),
  provider_name: "registry.terraform.io/openai/openai",
  change: { actions: ["delete"], before: null, after: null, after_unknown: {}, ...more },
});
const values = (address: string) => ({
  id: `invite-${address.slice(0, 3)}`,
  email: address,
  role: "reader",
  status: "pending",
  token: CONTENTS.planned,
});
const PLAN = JSON.stringify({
  format_version: "1.2",
  terraform_version: "1.11.4",
  variables: { password: { value: CONTENTS.variable } },
  planned_values: { outputs: { password: { sensitive: true, value: CONTENTS.output } }, root_module: {} },
  resource_changes: [
    change(`openai_invite.team[${JSON.stringify(email("ann"))}]`, email("ann"), {
      before: values(email("ann")),
      before_sensitive: { token: true },
      after_sensitive: false,
    }),
    change("openai_invite.eu", undefined, {
      actions: ["delete", "create"],
      before: values(email("bob")),
      after: { ...values(email("bob")), role: "owner", token: CONTENTS.planned },
      before_sensitive: { token: true },
      after_sensitive: { token: true },
      replace_paths: [["role"]],
    }),
    {
      address: "random_password.db",
      mode: "managed",
      type: "random_password",
      name: "db",
      provider_name: "registry.terraform.io/hashicorp/random",
      change: { actions: ["update"], before: { result: CONTENTS.other }, after: { result: CONTENTS.planned } },
    },
  ],
  output_changes: { password: { actions: ["update"], before: CONTENTS.output, after: CONTENTS.planned } },
  prior_state: {
    format_version: "1.0",
    values: { outputs: { password: { value: CONTENTS.output } }, root_module: {} },
  },
  configuration: {
    provider_config: { openai: { expressions: { admin_key: { constant_value: CONTENTS.hardcoded } } } },
  },
  timestamp: "2026-11-24T21:00:00Z",
});

/** A Terraform that keeps its state in a file, and writes down its arguments and environment. */
const TERRAFORM = `#!${process.execPath}
const fs = require("node:fs");
const [home, args] = [__dirname, process.argv.slice(2)];
fs.appendFileSync(home + "/calls", JSON.stringify({ args, env: process.env }) + "\\n");
const fails = home + "/fails";
if (fs.existsSync(fails)) {
  process.stderr.write(fs.readFileSync(fails));
  process.exit(1);
}
const file = home + "/stored";
if (args[0] === "version") console.log('{"terraform_version":"1.11.4"}');
else if (args[0] === "show") process.stdout.write(fs.readFileSync(home + "/plan"));
else if (args[1] === "pull") process.stdout.write(fs.readFileSync(file));
else if (args[1] === "push") fs.writeFileSync(file, fs.readFileSync(0));
else if (args[1] === "rm") {
  const state = JSON.parse(fs.readFileSync(file, "utf8"));
  const gone = new Set(args.filter((one) => one.startsWith("openai_invite")));
  const name = (one, { index_key: key }) => "openai_invite." + one.name + (key ? "[" + JSON.stringify(key) + "]" : "");
  for (const one of state.resources)
    if (one.type === "openai_invite") one.instances = one.instances.filter((object) => !gone.has(name(one, object)));
  state.resources = state.resources.filter((one) => one.instances.length > 0);
  state.serial += 1;
  fs.writeFileSync(file, JSON.stringify(state));
}
`;

let searched = 0;
let runs = 0;
afterAll(() => {
  process.stdout.write(`${runs} runs, ${Math.round(searched / 1000)} kB searched for marks\n`);
  recordFigures((figures) => ({ ...figures, secrets: { runs } }));
});

describe.skipIf(process.platform === "win32")(
  "secrets (Terraform is a script here, which Windows does not start)",
  () => {
    let folder = "";
    let api: StandIn;
    let eu: StandIn;
    const at = (name: string) => path.join(folder, name);

    beforeEach(async () => {
      folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-secrets-"));
      const files = {
        "root/main.tf": MAIN,
        [`root/${email("file")}.tf`]: `resource "openai_invite" "of_file" {\n  email = "X@${DOMAIN}"\n  role  = "readr"\n}\n`,
        "root/secrets.auto.tfvars": `password = "${CONTENTS.tfvars}"\nopenai_key = "${key(CONTENTS.tfvars)}"\n`,
        "root/.tfinvite.json": JSON.stringify({ organizations: { "openai.eu": "OPENAI_ADMIN_KEY_EU" } }),
        "root/plan.json": PLAN,
        "root/saved.tfplan": "PK\u0003\u0004 a saved plan",
        "bin/plan": PLAN,
        "bin/stored": STATE,
        "bin/terraform": TERRAFORM,
      };
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(at(name)), { recursive: true });
        writeFileSync(at(name), text);
      }
      chmodSync(at("bin/terraform"), 0o755);
      const sent = Math.floor(Date.now() / 1000) - 86_400;
      const known = (names: readonly (keyof typeof PEOPLE)[]) => ({
        invites: names.map((name) => ({
          ...anInvite(`invite-${name}`, email(name), sent),
          status: "accepted" as const,
          accepted_at: sent + 60,
        })),
        users: names.map((name) => aUser(`user-${name}`, email(name), sent + 60)),
      });
      eu = await startStandIn({ key: key(KEYS.OPENAI_ADMIN_KEY_EU), ...known(["bob"]) });
      api = await startStandIn({ key: key(KEYS.OPENAI_ADMIN_KEY), others: [eu], ...known(["ann", "cleo"]) });
    });
    afterEach(async () => {
      await api.close();
      await eu.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const environment = (): Record<string, string> => ({
      PATH: `${at("bin")}:/usr/bin:/bin`,
      HOME: at("home"),
      OPENAI_BASE_URL: api.url,
      OPENAI_ADMIN_KEY: key(KEYS.OPENAI_ADMIN_KEY),
      OPENAI_ADMIN_KEY_EU: key(KEYS.OPENAI_ADMIN_KEY_EU),
      OPENAI_API_KEY: `sk-${KEYS.OPENAI_API_KEY}`,
      AWS_SECRET_ACCESS_KEY: VARIABLES.AWS_SECRET_ACCESS_KEY,
      TF_TOKEN_app_terraform_io: VARIABLES.TF_TOKEN_app_terraform_io,
      TF_VAR_password: VARIABLES.TF_VAR_password,
      TF_VAR_unnamed: VARIABLES.TF_VAR_unnamed,
      TF_CLI_ARGS_plan: `-var=unnamed=${VARIABLES.TF_CLI_ARGS_plan}`,
      HTTPS_PROXY: `http://user:${VARIABLES.HTTPS_PROXY}@127.0.0.1:9`,
    });

    /** Runs the program in this process, without a terminal; returns the output of both streams. */
    async function run(args: readonly string[], more: Record<string, string> = {}, input = ""): Promise<string> {
      runs += 1;
      let output = "";
      const stream = { write: (text: string) => (output += text) };
      const code = await main(args, {
        stdin: Readable.from(input === "" ? [] : [Buffer.from(input)]),
        stdout: stream,
        stderr: stream,
        env: { ...environment(), ...more },
        cwd: at("root"),
        platform: process.platform,
        signal: new AbortController().signal,
      });
      return `$ tfinvite ${args.join(" ")}\n${output}\nexit ${code}\n`;
    }

    /** Checks that a text contains no part of these marks. */
    function expectNone(text: string, marks: Marks, what: string): void {
      searched += text.length;
      expect(marksIn(text, marks), `${what}\n${text}`).toEqual([]);
    }

    const contents = (below: string): Map<string, string> =>
      new Map(
        readdirSync(at(below), { recursive: true, encoding: "utf8" })
          .map((name) => path.join(below, name))
          .filter((name) => existsSync(at(name)) && statSync(at(name)).isFile())
          .map((name) => [name, readFileSync(at(name), "utf8")]),
      );

    /** Searches the output of all runs, every file that they wrote, and the input of their child processes. */
    async function expectHidden(play: () => Promise<readonly string[]>): Promise<readonly string[]> {
      mkdirSync(at("home"), { recursive: true });
      const before = new Map([...contents("root"), ...contents("home")]);
      const outputs = await play();
      for (const output of outputs) expectNone(output, SECRETS, "shown");
      for (const [name, text] of [...contents("root"), ...contents("home")]) {
        if (before.get(name) === text) continue;
        // The backup is a copy of the state, and only its owner can read it.
        if (name.endsWith(".tfstate")) expect(statSync(at(name)).mode & 0o077).toBe(0);
        else if (name !== "root/main.tf" && !name.endsWith(".json")) expectNone(text, SECRETS, name);
        else expectNone(text, { ...SECRETS, hardcoded: "-".repeat(40) }, name);
      }
      const calls = existsSync(at("bin/calls")) ? readFileSync(at("bin/calls"), "utf8").trim().split("\n") : [];
      for (const call of calls) {
        const { args, env }: { args: string[]; env: Record<string, string> } = JSON.parse(call);
        expectNone(args.join("\n"), SECRETS, "arguments of a child");
        expectNone(JSON.stringify(env), { ...KEYS, ...CONTENTS }, "environment of a child");
        expect(Object.keys(env).filter((name) => /^OPENAI_|^TF_CLI_ARGS/.test(name))).toEqual([]);
      }
      return outputs;
    }

    const all = async (commands: readonly (readonly string[])[], more: Record<string, string> = {}) => {
      const outputs: string[] = [];
      for (const args of commands) outputs.push(await run(args, more));
      return outputs;
    };

    const READING: readonly (readonly string[])[] = [
      ["lint"],
      ["lint", "--fix-dry-run"],
      ["check"],
      ["check", "--plan", "plan.json"],
      ["check", "--plan", "saved.tfplan", "--format", "json"],
      ["check", "--offline", "--format", "markdown"],
      ["status"],
      ["status", "--orphans", "--format", "json"],
      ["repair"],
      ["repair", "--as", "json"],
      ["repair", "--as", "atlantis"],
      ["repair", "--as", "blocks"],
      ["repair", "--write", "--dry-run"],
      ["repair", "--apply", "--write", "--dry-run"],
      ["repair", "--list"],
      ["explain", "hardcoded-admin-key"],
    ];
    const FORMATS: readonly (readonly string[])[] = [
      ...Object.keys(REPORT_FORMATS).flatMap((format) => [
        ["lint", "--format", format],
        ["check", "--plan", "plan.json", "--format", format],
        ["check", "--format", `${format}:report.${format}`],
      ]),
      ...Object.keys(STATUS_FORMATS).map((format) => ["status", "--format", format]),
    ];
    const CHANGING: readonly (readonly string[])[] = [
      ["repair", "--apply", "--write", "--yes"],
      ["repair", "--list"],
      ["repair", "--undo", "--yes"],
      ["repair", "--as", "blocks", "--write", "--yes"],
      ["repair", "--clean"],
      ["check", "--update-baseline", "--baseline", "baseline.json"],
      ["lint", "--fix"],
    ];

    it("are found in every encoding by these tests", () => {
      const text = KEYS.OPENAI_ADMIN_KEY;
      const marks = { text };
      const encoded = [
        text.slice(3, 14),
        [...text].reverse().join(""),
        Buffer.from(`{"a":"${text}"}`).toString("base64"),
        Buffer.from(`{"abc":"${text}"}`).toString("base64url"),
        [...text].map((one) => `\\u00${one.charCodeAt(0).toString(16)}`).join(""),
        [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(""),
      ];
      for (const one of encoded) expect(marksIn(`before ${one} behind`, marks), one).not.toEqual([]);
      expect(marksIn(`${key("…")} ${text.slice(0, 8)}`, marks)).toEqual([]);
    });

    it("are in no output, no file and no child process when all goes well", async () => {
      const outputs = await expectHidden(async () => [...(await all([...READING, ...FORMATS, ...CHANGING]))]);
      // Otherwise nothing was looked up, repaired or found.
      const text = outputs.join("");
      expect(text).toContain("State          2 removed, 1 other unchanged");
      expect(text).toContain("State          2 restored, 1 other unchanged");
      expect(text).toContain("hardcoded-admin-key");
      expect(text).toContain("destroy-will-fail");
    });

    it("nor in what the language server writes, also where the configuration refers to them", async () => {
      runs += 1;
      const text = `${MAIN}
variable "openai_key" {}

resource "openai_invite" "reads" {
  for_each = toset([var.password, strrev(var.unnamed), base64encode(var.openai_key)])
  email    = "\${each.key}@Example.com"
  role     = var.unnamed
  projects = [{ id = var.openai_key, role = var.password }]
}
`;
      writeFileSync(at("root/main.tf"), text);
      writeFileSync(at("root/terraform.tfstate"), STATE);
      const outputs = await expectHidden(async () => {
        const client = new Client(at("root"), ["lsp", "--stdio"], environment());
        try {
          await client.start([at("root")]);
          const uri = pathToFileURL(at("root/main.tf")).href;
          await client.open(uri, text);
          await client.version(uri, 1);
          await client.change(uri, 2, `${text}\nlocals { x = "${key(CONTENTS.hardcoded)}" \n`);
          await client.version(uri, 2);
          await client.change(uri, 3, text);
          const diagnostics = await client.version(uri, 3);
          for (const { range } of diagnostics) {
            await client.actions(uri, range);
            await client.connection.sendRequest("textDocument/hover", {
              textDocument: { uri },
              position: range.start,
            });
          }
          await client.stop();
        } finally {
          client.child.kill("SIGKILL");
          client.connection.dispose();
        }
        return [client.stdout, client.stderr];
      });
      expect(outputs[0]).toContain("hardcoded-admin-key");
      expect(outputs[0]).toContain("(from var.unnamed)");
    });

    it("nor when OpenAI refuses the key, and quotes it everywhere", async () => {
      const keys = [key(KEYS.OPENAI_ADMIN_KEY), key(KEYS.OPENAI_ADMIN_KEY_EU)];
      const said = `Incorrect API key provided: ${keys.join(" or ")}, ${keys.map((one) => `${one.slice(0, 12)}****${one.slice(-4)}`).join()}.`;
      const answers: readonly ((response: ServerResponse) => void)[] = [
        (response) =>
          response.writeHead(401).end(JSON.stringify({ error: { message: said, code: keys[0], type: keys[1] } })),
        (response) => response.writeHead(401, { "x-request-id": keys[0] }).end(said),
        (response) => response.writeHead(302, { location: `https://${keys[0]}.example/?key=${keys[1]}` }).end(),
        (response) => response.writeHead(403, { "content-type": "text/html" }).end(`<title>${said}</title>`),
        (response) => response.writeHead(200, { "content-type": `text/${keys[0]}` }).end(`{"object":"${said}"`),
        (response) =>
          response.end(JSON.stringify({ object: "list", data: [{ id: said, [said]: said }], has_more: said })),
        (response) => response.writeHead(500).end(JSON.stringify({ error: said })),
        (response) => response.socket?.end(`HTTP/1.1 200 ${said}\r\n${said}\r\n\r\n`),
      ];
      for (const answer of answers) {
        const server = createServer((_, response) => answer(response));
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const address = server.address();
        const port = typeof address === "object" ? address?.port : undefined;
        const env = { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };
        const deadline = ["--deadline", "1s"];
        await expectHidden(() =>
          Promise.all(
            [
              ["check", "--format", "json", ...deadline],
              ["status", ...deadline],
              ["repair", "--apply", "--yes", ...deadline],
            ].map((args) => run(args, env)),
          ),
        );
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it("nor when the URL of the server or the proxy is wrong, or the key", async () => {
      const wrong: readonly Record<string, string>[] = [
        { OPENAI_BASE_URL: "https://nowhere.invalid/v1" },
        { OPENAI_BASE_URL: `https://user:${KEYS.OPENAI_ADMIN_KEY}@127.0.0.1:9/v1` },
        { OPENAI_BASE_URL: `https://127.0.0.1:9/v1?key=${KEYS.OPENAI_ADMIN_KEY}#${KEYS.OPENAI_ADMIN_KEY}` },
        { OPENAI_BASE_URL: key(KEYS.OPENAI_ADMIN_KEY) },
        { OPENAI_ADMIN_KEY: `"${key(KEYS.OPENAI_ADMIN_KEY)}"` },
        { OPENAI_ADMIN_KEY: `Bearer ${key(KEYS.OPENAI_ADMIN_KEY)}` },
        { OPENAI_ADMIN_KEY: `${key(KEYS.OPENAI_ADMIN_KEY)}\n${key(KEYS.OPENAI_ADMIN_KEY)}` },
        { OPENAI_ORG_ID: `${key(KEYS.OPENAI_ADMIN_KEY)} é` },
        { TFINVITE_DEBUG: "1", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" },
      ];
      await expectHidden(() =>
        Promise.all(wrong.map((env) => run(["check", "--format", "json", "--deadline", "1s"], env))),
      );
    });

    // Terraform does not get the keys and TF_CLI_ARGS_…; it may still know a key, from its configuration.
    const { TF_CLI_ARGS_plan: _, ...given } = VARIABLES;
    const ENVIRONMENT = Object.values(given);
    const QUOTED = Object.values({ ...KEYS, ...given });
    it.each([
      ["in plain words", ENVIRONMENT.join(" ")],
      ["as keys", QUOTED.map(key).join("\n")],
      ["in a URL", QUOTED.map((one) => `https://user:${one}@host/?x=${one}`).join("\n")],
      ["in a frame with colours", `\u001b[31m╷\u001b[0m\n│ Error: ${ENVIRONMENT.join("\n│ ")}\n╵\n`],
      ["cut off in the middle", `${VARIABLES.AWS_SECRET_ACCESS_KEY}${"\n".repeat(16 * 1024 - 12)}`],
      ["cut off in the middle of a line", `${VARIABLES.TF_VAR_password}${" ".repeat(16 * 1024 - 12)}`],
    ])("nor when Terraform fails and prints them %s", async (_, said) => {
      writeFileSync(at("bin/fails"), said);
      const outputs = await expectHidden(() =>
        all([
          ["check"],
          ["status", "--format", "json"],
          ["repair", "--apply", "--yes"],
          ["check", "--plan", "saved.tfplan"],
        ]),
      );
      expect(outputs.join("")).toContain("failed");
    });

    it("nor when a state or plan is broken", async () => {
      const { other, attribute, planned } = CONTENTS;
      const broken: readonly string[] = [
        ...[other, attribute].map((mark) => STATE.slice(0, STATE.indexOf(mark) + 15)),
        STATE.replace(`"${other}"`, `"${other}`),
        STATE.replace(`"${other}"`, other),
        ...["version", "serial"].map((name) => STATE.replace(new RegExp(`"${name}":\\d`), `"${name}":"${other}"`)),
        STATE.replace('"managed"', `"${other}"`),
        STATE.replace('"lineage":"marked"', `"lineage":{"${other}":1}`),
        STATE.replace('"schema_version":0', `"schema_version":0,"index_key":{"${other}":"${other}"}`),
        STATE.replaceAll('"status":"pending"', `"status":{"x":"${other}"}`),
        `{"encrypted_data":"${other}","meta":{"key":"${other}"}}`,
        `{"version":4,"serial":1,"lineage":"${other}`,
      ];
      const plans: readonly string[] = [
        PLAN.slice(0, PLAN.indexOf(planned) + 15),
        PLAN.replace(`"${planned}"`, planned),
        PLAN.replace('"format_version":"1.2"', `"format_version":"${planned}"`),
        PLAN.replace('["delete"]', `["${planned}"]`),
        PLAN.replace('"actions":["delete"]', `"actions":"${planned}"`),
      ];
      await expectHidden(async () => {
        const outputs: string[] = [];
        for (const state of broken) {
          writeFileSync(at("bin/stored"), state);
          outputs.push(...(await all([["check"], ["repair", "--apply", "--yes"]])));
          outputs.push(await run(["status", "--format", "json", "--state", "-"], {}, state));
        }
        for (const plan of plans) outputs.push(await run(["check", "--plan", "-", "--format", "json"], {}, plan));
        return outputs;
      });
    });

    it.skipIf(process.platform !== "linux")("nor when the disk is full (/dev/full is Linux's)", () =>
      expectHidden(() =>
        all(
          [
            ["check", "--format", "json:/dev/full"],
            ["lint", "--format", "sarif:/dev/full"],
            ["check", "--update-baseline", "--baseline", "/dev/full"],
            ["repair", "--apply", "--yes"],
          ],
          { XDG_STATE_HOME: "/dev/full" },
        ),
      ),
    );

    it("email addresses are in no output with --redact, and in no report's file", async () => {
      const redacted = [...READING, ...FORMATS, ...CHANGING].map((args) => [...args, "--redact"]);
      const outputs = await all(redacted);
      api.next("any", { do: "answer", status: 400, body: { error: { message: `no ${email("ann")}` } } }, 2);
      outputs.push(await run(["status", "--redact"]));
      api.next("users", { do: "fail", status: 400 }, 5);
      outputs.push(await run(["check", "--redact", "--deadline", "1s"]));
      writeFileSync(at("bin/fails"), `Error: ${email("bob")} <${email("ann")}>`);
      outputs.push(await run(["status", "--redact"]));
      // The command line itself comes from the test.
      for (const output of outputs) expectNone(output.replace(/^\$.*/, ""), PRIVATE, "shown");
      for (const [name, text] of contents("root")) if (name.startsWith("root/report.")) expectNone(text, PRIVATE, name);
      for (const output of outputs) expectNone(output, SECRETS, "shown");
    });
  },
);
