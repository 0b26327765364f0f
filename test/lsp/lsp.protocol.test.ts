import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-languageserver/node";
import { z } from "zod";
import { ROOT } from "../support/program.js";
import { applied, CAPABILITIES, Client, editsOf, inFolder, inWorkspace } from "./client.js";

const PROVIDER = `terraform {
  required_providers {
    openai = {
      source  = "openai/openai"
      version = "1.1.0"
    }
  }
}
`;
const BAD = `resource "openai_invite" "sam" {
  email    = "sam@example.com"
  role     = "reader"
  projects = [{ id = "p", role = "member" }]
}
`;
const RULE = "project-scoped-invite";

const uriIn = (folder: string, name: string) => pathToFileURL(path.join(folder, name)).href;
const has = (rule: string) => (params: { readonly diagnostics: readonly { readonly code?: unknown }[] }) =>
  params.diagnostics.some(({ code }) => code === rule);
const hasNot = (rule: string) => (params: Parameters<ReturnType<typeof has>>[0]) => !has(rule)(params);

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
}

function framed(message: Message | string): string {
  const body = typeof message === "string" ? message : JSON.stringify({ jsonrpc: "2.0", ...message });
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

const answerSchema = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number() }).optional(),
});

/** The server's answers to raw bytes, without a client that would order them: error codes by request, and the exit code. */
async function answersTo(messages: readonly (Message | string)[]) {
  const child = spawn(process.execPath, [path.join(ROOT, "bin/tfinvite.js"), "lsp"], { cwd: os.tmpdir() });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (piece: Buffer) => {
    stdout += piece.toString();
  });
  child.stderr.on("data", (piece: Buffer) => {
    stderr += piece.toString();
  });
  child.stdin.on("error", () => undefined);
  for (const message of messages) child.stdin.write(typeof message === "string" ? message : framed(message));
  const exit = await new Promise((resolve) => child.on("close", resolve));
  const answers = stdout
    .split(/Content-Length: \d+\r\n\r\n/)
    .slice(1)
    .map((body) => answerSchema.parse(JSON.parse(body)));
  const errors = answers.flatMap(({ id, error }) => (error === undefined ? [] : [[id, error.code]]));
  return { errors, exit, stderr };
}

const INITIALIZE = { id: 1, method: "initialize", params: { processId: null, rootUri: null, capabilities: {} } };
const SHUTDOWN = { id: 90, method: "shutdown" };
const EXIT = { method: "exit" };
const HOVER = {
  method: "textDocument/hover",
  params: { textDocument: { uri: "file:///main.tf" }, position: { line: 0, character: 0 } },
};
const COMPLETION = { ...HOVER, method: "textDocument/completion" };

describe("the protocol", () => {
  it("refuses requests before initialize and after shutdown", async () => {
    const early = { ...HOVER, id: 2 };
    const late = [
      { ...HOVER, id: 3 },
      { ...COMPLETION, id: 4 },
    ];
    expect(await answersTo([early, INITIALIZE, SHUTDOWN, ...late, EXIT])).toEqual({
      errors: [
        [2, -32002],
        [3, -32600],
        [4, -32600],
      ],
      exit: 0,
      stderr: "",
    });
  });

  it("survives input that is not JSON, not a request, or has no parameters", async () => {
    const nonsense = [
      framed("{nope"),
      framed("[]"),
      framed("7"),
      { id: 5, method: "textDocument/hover", params: {} },
      { method: "textDocument/didOpen", params: {} },
      { method: "textDocument/didChange", params: { textDocument: { uri: "file:///x.tf", version: 1 } } },
      { method: "$/nothing" },
    ];
    const { errors, ...rest } = await answersTo([INITIALIZE, ...nonsense, SHUTDOWN, EXIT]);
    expect(rest).toEqual({ exit: 0, stderr: "" });
    expect(errors).toContainEqual([5, -32603]);
  });

  it("ends when the editor's process has ended", async () => {
    const editor = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => editor.on("close", resolve));
    const params = { ...INITIALIZE.params, processId: editor.pid };
    // Its input stays open: a wrapper between editor and server may keep it open.
    expect(await answersTo([{ ...INITIALIZE, params }])).toEqual({ errors: [], exit: 1, stderr: "" });
  });

  it("gives commands to clients without code actions, and applies the chosen one", () => {
    const { codeAction: _, ...textDocument } = CAPABILITIES.textDocument ?? {};
    return inFolder({ "versions.tf": PROVIDER }, async (folder) => {
      const client = new Client(folder);
      const asked: unknown[] = [];
      client.connection.onRequest("workspace/applyEdit", (params: unknown) => {
        asked.push(params);
        return { applied: true };
      });
      expect(await client.start([folder], { textDocument })).toMatchObject({
        capabilities: { codeActionProvider: true, executeCommandProvider: { commands: ["tfinvite.applyAction"] } },
      });
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, BAD);
      const range = (await client.until(uri, has(RULE))).find(({ code }) => code === RULE)?.range;
      const title = `Ignore ${RULE} with a reason`;
      const commands = await client.actions(uri, range ?? { start: BEGIN, end: BEGIN });
      const chosen = commands.find((command) => command.title === title);
      expect(Object.keys(chosen ?? {}).sort()).toEqual(["arguments", "command", "title"]);
      await client.connection.sendRequest("workspace/executeCommand", chosen);
      const edit = { range: { start: LINE, end: LINE }, newText: `  # tfinvite-ignore: ${RULE} -- TODO: why\n` };
      expect(asked).toEqual([{ label: title, edit: { changes: { [uri]: [edit] } } }]);
      const gone = client.connection.sendRequest("workspace/executeCommand", { ...chosen, arguments: [99] });
      await expect(gone).rejects.toMatchObject({ code: -32602 });
      expect(await client.stop()).toBe(0);
    });
  });

  it("follows settings that change, with and without a client that watches files", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, BAD);
      await client.until(uri, has(RULE));
      const settings = uriIn(folder, ".tfinvite.json");
      writeFileSync(path.join(folder, ".tfinvite.json"), JSON.stringify({ rules: { [RULE]: "off" } }));
      await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
        changes: [{ uri: settings, type: 1 }],
      });
      await client.until(uri, hasNot(RULE));
      writeFileSync(path.join(folder, ".tfinvite.json"), "{");
      await client.open(settings, "{", "json");
      await client.connection.sendNotification("textDocument/didSave", { textDocument: { uri: settings } });
      const [wrong] = await client.until(uri, ({ diagnostics }) => diagnostics.some(({ code }) => code === undefined));
      expect(wrong?.message).toMatch(/^\.tfinvite\.json:1:\d+: /);
    }));

  it("follows workspace folders that are added and removed: settings are read up to them", () =>
    inWorkspace({ "a/versions.tf": PROVIDER }, async (client, folder) => {
      writeFileSync(path.join(folder, ".tfinvite.json"), JSON.stringify({ rules: { [RULE]: "off" } }));
      const uri = uriIn(folder, "a/main.tf");
      const whole = { uri: pathToFileURL(folder).href, name: "whole" };
      const change = (added: unknown[], removed: unknown[]) =>
        client.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event: { added, removed } });
      await client.open(uri, BAD);
      await client.version(uri, 1);
      await client.until(uri, hasNot(RULE));
      await change([], [whole]);
      await client.until(uri, has(RULE));
      await change([whole], []);
      await client.until(uri, hasNot(RULE));
    }));
});

const BEGIN = { line: 0, character: 0 };
const LINE = { line: 3, character: 0 };

describe("a module that is called by one that is open", () => {
  const MIXED = "mixed-case-email";
  const SILENT = "silent-destroy-provider";
  const CHILD = `terraform {
  required_providers {
    openai = {
      source = "mkdev-me/openai"
    }
  }
}

variable "email" {
  default = "Sam@example.com"
}

resource "openai_invite" "sam" {
  email = var.email
  role  = "reader"
}
`;
  const CALLER = `${PROVIDER.replace("openai/openai", "mkdev-me/openai").replace("1.1.0", "2.2.7")}
module "people" {
  source = "./people"
  email  = "sam@example.com"
}
`;

  it("has the diagnostics and actions of its caller", () =>
    inWorkspace({ "people/main.tf": CHILD, "main.tf": CALLER }, async (client, folder) => {
      const child = uriIn(folder, "people/main.tf");
      const caller = uriIn(folder, "main.tf");
      await client.open(child, CHILD);
      expect((await client.until(child, has(MIXED))).map(({ code }) => code)).toEqual([MIXED]);
      await client.open(caller, CALLER);
      const diagnostics = [...(await client.until(child, has(SILENT)))];
      expect(diagnostics.map(({ code }) => code)).toEqual([SILENT]);
      const range = diagnostics[0]?.range ?? { start: BEGIN, end: BEGIN };
      const titles = (await client.actions(child, range, { diagnostics })).map(({ title }) => title);
      expect(titles).toEqual([`Ignore ${SILENT} with a reason`]);
      await client.change(child, 2, `\n${CHILD}`);
      const moved = await client.version(child, 2);
      expect(moved.map(({ range: { start } }) => start.line)).toEqual([range.start.line + 1]);
      await client.close(caller);
      expect((await client.until(child, has(MIXED))).map(({ code }) => code)).toEqual([MIXED]);
    }));
});

describe("quick fixes", () => {
  it("remove a comment that silences nothing", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      const text = `# tfinvite-ignore: duplicate-invite, ${RULE} -- the old way\n${BAD}`;
      await client.open(uri, text);
      const [unused] = await client.until(uri, has("unused-suppression"));
      const actions = await client.actions(uri, unused?.range ?? { start: BEGIN, end: BEGIN });
      const [fix] = actions;
      expect([actions.length, fix?.title, fix?.kind]).toEqual([1, "Remove what silences nothing", "quickfix"]);
      expect(applied(text, editsOf(fix, uri))).toBe(`# tfinvite-ignore: ${RULE} -- the old way\n${BAD}`);
    }));

  it("are offered for the findings that the client names, also where the cursor is next to them", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, BAD);
      const diagnostics = [...(await client.until(uri, has(RULE)))];
      const cursor = { start: { line: 3, character: 0 }, end: { line: 3, character: 0 } };
      expect(await client.actions(uri, cursor)).toEqual([]);
      const titles = (await client.actions(uri, cursor, { diagnostics })).map(({ title }) => title);
      expect(titles).toContain(`Ignore ${RULE} with a reason`);
    }));
});

describe("fixing a whole document", () => {
  it("stops when the editor cancels it, as editors do when saving takes long", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      // One for each round: each adds blocks that the next one may use.
      const text = Array.from({ length: 150 }, (_, index) => BAD.replaceAll("sam", `sam${index}`)).join("\n");
      await client.open(uri, text);
      await client.until(uri, has(RULE));
      const source = new CancellationTokenSource();
      const asked = client.connection.sendRequest(
        "textDocument/codeAction",
        {
          textDocument: { uri },
          range: { start: BEGIN, end: BEGIN },
          context: { diagnostics: [], only: ["source.fixAll"] },
        },
        source.token,
      );
      setTimeout(() => source.cancel(), 500);
      await expect(asked).rejects.toMatchObject({ code: -32800 });
      await client.change(uri, 2, BAD);
      expect((await client.version(uri, 2)).map(({ code }) => code)).toEqual([RULE]);
    }));
});
