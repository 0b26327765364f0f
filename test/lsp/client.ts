import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ClientCapabilities,
  type CodeAction,
  type CodeActionContext,
  createProtocolConnection,
  type Diagnostic,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type Range,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { ROOT } from "../support/program.js";

const BIN = path.join(ROOT, "bin/tfinvite.js");

export const CAPABILITIES: ClientCapabilities = {
  workspace: {
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, versionSupport: true },
    hover: { contentFormat: ["markdown", "plaintext"] },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } } },
  },
};

/** A language client that drives the built server over its standard streams, as an editor does. */
export class Client {
  readonly connection: ProtocolConnection;
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  /** All published diagnostics, in order. */
  readonly published: PublishDiagnosticsParams[] = [];
  readonly logged: string[] = [];
  readonly registered: string[] = [];
  stderr = "";
  /** Every byte of its standard output. */
  stdout = "";
  readonly #news = new EventEmitter();

  constructor(
    cwd: string,
    args: readonly string[] = ["lsp", "--stdio"],
    env: Readonly<Record<string, string>> = { PATH: process.env["PATH"] ?? "", HOME: cwd },
  ) {
    this.child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const { stdin, stdout, stderr } = this.child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("no pipes");
    stdout.on("data", (piece: Buffer) => {
      this.stdout += piece.toString();
    });
    stderr.on("data", (piece: Buffer) => {
      this.stderr += piece.toString();
    });
    stdin.on("error", () => undefined);
    this.exited = new Promise((resolve) => this.child.on("exit", resolve));
    this.connection = createProtocolConnection(new StreamMessageReader(stdout), new StreamMessageWriter(stdin));
    this.connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
      this.published.push(params);
      this.#news.emit("news");
    });
    this.connection.onNotification("window/logMessage", ({ message }: { message: string }) => {
      this.logged.push(message);
    });
    this.connection.onRequest("client/registerCapability", (params: { registrations: { method: string }[] }) => {
      this.registered.push(...params.registrations.map(({ method }) => method));
      this.#news.emit("news");
    });
    this.connection.listen();
  }

  async start(folders: readonly string[], capabilities: ClientCapabilities = CAPABILITIES): Promise<unknown> {
    const workspaceFolders = folders.map((folder) => ({
      uri: pathToFileURL(folder).href,
      name: path.basename(folder),
    }));
    const answer = await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities,
      workspaceFolders,
    });
    await this.connection.sendNotification("initialized", {});
    return answer;
  }

  open(uri: string, text: string, languageId = "terraform", version = 1): Promise<void> {
    return this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version, text },
    });
  }

  change(uri: string, version: number, text: string): Promise<void> {
    return this.edit(uri, version, [{ text }]);
  }

  edit(uri: string, version: number, contentChanges: readonly { range?: Range; text: string }[]): Promise<void> {
    return this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  close(uri: string): Promise<void> {
    return this.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  }

  /** The last diagnostics of a document, once they meet the condition. */
  async until(uri: string, satisfies: (params: PublishDiagnosticsParams) => boolean): Promise<readonly Diagnostic[]> {
    for (;;) {
      const last = this.published.findLast((params) => params.uri === uri);
      if (last !== undefined && satisfies(last)) return last.diagnostics;
      await once(this.#news, "news");
    }
  }

  version(uri: string, version: number): Promise<readonly Diagnostic[]> {
    return this.until(uri, (params) => params.version === version);
  }

  async registration(method: string): Promise<void> {
    while (!this.registered.includes(method)) await once(this.#news, "news");
  }

  actions(uri: string, range: Range, context: Partial<CodeActionContext> = {}): Promise<CodeAction[]> {
    return this.connection.sendRequest("textDocument/codeAction", {
      textDocument: { uri },
      range,
      context: { diagnostics: [], ...context },
    });
  }

  async stop(): Promise<number | null> {
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    return this.exited;
  }
}

/** The text after the edits of an editor. */
export function applied(text: string, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create("file:///x", "terraform", 1, text), [...edits]);
}

/** The edits of an action for one document, in either form. */
export function editsOf(action: CodeAction | undefined, uri: string): readonly TextEdit[] {
  const inChanges = action?.edit?.changes?.[uri] ?? [];
  const inDocuments = (action?.edit?.documentChanges ?? []).flatMap((change) =>
    "textDocument" in change && change.textDocument.uri === uri ? change.edits : [],
  );
  return [...inChanges, ...inDocuments].filter((edit): edit is TextEdit => "newText" in edit);
}

/** Writes files into a new folder, runs a function, and deletes the folder. */
export async function inFolder<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "tfinvite-lsp-")));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same with a server that was started in that folder and is stopped afterwards. */
export function inWorkspace<T>(
  files: Readonly<Record<string, string>>,
  use: (client: Client, folder: string) => Promise<T>,
  capabilities?: ClientCapabilities,
): Promise<T> {
  return inFolder(files, async (folder) => {
    const client = new Client(folder);
    try {
      await client.start([folder], capabilities);
      return await use(client, folder);
    } finally {
      client.child.kill("SIGKILL");
      await client.exited;
      client.connection.dispose();
    }
  });
}
