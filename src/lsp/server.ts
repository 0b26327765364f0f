import {
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Command,
  type Connection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  type ExecuteCommandParams,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  MarkupKind,
  PositionEncodingKind,
  ResponseError,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { VERSION } from "../base/version.js";
import { codeActions, FIX_ALL } from "./code-actions.js";
import { fileOfUri, placeOfDocument } from "./document.js";
import { hoverAt, ruleCompletions } from "./rule-help.js";
import { type ModuleView, Workspace, type WorkspaceHost } from "./workspace.js";

/** Files on the disk that findings rest on, besides the documents that are open. */
const WATCHED = [
  "**/*.{tf,tofu,tfvars,json}",
  // What the configuration may read by file(), yamldecode() and the like.
  "**/*.{yaml,yml,csv,txt,tpl,tftpl}",
  "**/.terraform.lock.hcl",
  "**/.tfinvite.json",
  "**/.terraform/modules/modules.json",
  "**/terraform.tfstate",
];

/** Stands for an action where the client takes nothing but commands. */
const APPLY = "tfinvite.applyAction";

/** Answers a client over a connection until it ends. */
export function serve(connection: Connection, options: Pick<WorkspaceHost, "env">): void {
  new LanguageServer(connection, options).listen();
}

class LanguageServer {
  readonly #connection: Connection;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #workspace: Workspace;
  #client: ClientCapabilities = {};
  #folders: readonly string[] = [];
  #stage: "not initialized" | "running" | "shut down" = "not initialized";
  /** The actions sent to the client last, if it knows them only by number. */
  #offered: readonly CodeAction[] = [];

  constructor(connection: Connection, { env }: Pick<WorkspaceHost, "env">) {
    this.#connection = connection;
    this.#workspace = new Workspace({
      env,
      relatedInformation: () => this.#client.textDocument?.publishDiagnostics?.relatedInformation === true,
      documents: () => this.#documents.all(),
      publish: (params) => void connection.sendDiagnostics(params),
      log: (what, error) => connection.console.error(`${what}: ${nameOf(error)}`),
    });
  }

  listen(): void {
    const connection = this.#connection;
    const workspace = this.#workspace;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#initialized());
    connection.onShutdown(() => {
      this.#stage = "shut down";
      workspace.close();
    });
    this.#documents.onDidOpen(({ document }) => workspace.opened(document));
    this.#documents.onDidChangeContent(({ document }) => workspace.changed(document));
    this.#documents.onDidClose(({ document }) => workspace.closed(document));
    // Settings and states may be saved by the same editor, and not every client watches files.
    this.#documents.onDidSave(() => workspace.relint());
    connection.onDidChangeWatchedFiles(() => workspace.relint());
    connection.onCodeAction((params, token) =>
      this.#about<(CodeAction | Command)[]>(params.textDocument.uri, token, [], (view, file) =>
        this.#actions(view, file, params, token),
      ),
    );
    connection.onExecuteCommand((params) => this.#execute(params));
    connection.onHover(({ textDocument, position }, token) =>
      this.#about(textDocument.uri, token, null, (view, file) => {
        const formats = this.#client.textDocument?.hover?.contentFormat;
        return hoverAt(view, file, position, formats === undefined || formats.includes(MarkupKind.Markdown));
      }),
    );
    connection.onCompletion(({ textDocument, position }) => {
      const document = this.#documents.get(textDocument.uri);
      const isOurs = document !== undefined && placeOfDocument(document) !== undefined;
      const before = { start: { line: position.line, character: 0 }, end: position };
      return this.#refusal() ?? (isOurs ? ruleCompletions(document.getText(before)) : []);
    });
    this.#documents.listen(connection);
    connection.listen();
  }

  #initialize(params: InitializeParams): InitializeResult {
    this.#client = params.capabilities;
    this.#folders = foldersOf(params);
    this.#stage = "running";
    return {
      serverInfo: { name: "tfinvite", version: VERSION },
      capabilities: {
        positionEncoding: PositionEncodingKind.UTF16,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        // A client that does not know actions must not receive their kinds, and the command would block others.
        ...(takesActions(this.#client)
          ? { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] } }
          : { codeActionProvider: true, executeCommandProvider: { commands: [APPLY] } }),
        hoverProvider: true,
        completionProvider: { triggerCharacters: [":", ","] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  }

  async #initialized(): Promise<void> {
    const { client, console, workspace } = this.#connection;
    this.#workspace.setFolders(this.#folders);
    if (this.#client.workspace?.workspaceFolders === true) {
      workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(pathsOf(removed));
        this.#folders = [...this.#folders.filter((folder) => !gone.has(folder)), ...pathsOf(added)];
        this.#workspace.setFolders(this.#folders);
      });
    }
    if (this.#client.workspace?.didChangeWatchedFiles?.dynamicRegistration !== true) return;
    try {
      const watchers = WATCHED.map((globPattern) => ({ globPattern }));
      await client.register(DidChangeWatchedFilesNotification.type, { watchers });
    } catch (error) {
      console.warn(`changes on the disk are not noticed: ${nameOf(error)}`);
    }
  }

  /** Requests out of their time get an error, as the protocol wants. */
  #refusal(): ResponseError<void> | undefined {
    if (this.#stage === "running") return undefined;
    const code = this.#stage === "shut down" ? ErrorCodes.InvalidRequest : ErrorCodes.ServerNotInitialized;
    return new ResponseError(code, `the server is ${this.#stage}`);
  }

  /** Runs a request about a document; an error of ours is logged, and costs the user that answer only. */
  async #about<T>(
    uri: string,
    token: CancellationToken,
    nothing: T,
    answer: (view: ModuleView, file: string) => Promise<T>,
  ): Promise<T | ResponseError<void>> {
    const refused = this.#refusal();
    if (refused !== undefined) return refused;
    const document = this.#documents.get(uri);
    const place = document === undefined ? undefined : placeOfDocument(document);
    if (document === undefined || place === undefined) return nothing;
    try {
      const view = await this.#workspace.view(document);
      const answered = view === undefined || token.isCancellationRequested ? nothing : await answer(view, place.file);
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      return answered;
    } catch (error) {
      this.#connection.console.error(`a request failed: ${nameOf(error)}`);
      return nothing;
    }
  }

  async #actions(
    view: ModuleView,
    file: string,
    { range, context: { only, diagnostics } }: CodeActionParams,
    token: CancellationToken,
  ): Promise<(CodeAction | Command)[]> {
    const actions = await codeActions(view, {
      ...{ file, range, only, diagnostics },
      documentChanges: this.#client.workspace?.workspaceEdit?.documentChanges === true,
      isCancelled: () => token.isCancellationRequested,
    });
    if (takesActions(this.#client)) return actions;
    this.#offered = actions;
    return actions.map(({ title }, index) => ({ title, command: APPLY, arguments: [index] }));
  }

  async #execute({ command, arguments: [index] = [] }: ExecuteCommandParams): Promise<ResponseError<void> | null> {
    const chosen = command === APPLY && typeof index === "number" ? this.#offered[index] : undefined;
    if (chosen?.edit === undefined) return new ResponseError(ErrorCodes.InvalidParams, "there is no such action");
    await this.#connection.workspace.applyEdit({ label: chosen.title, edit: chosen.edit });
    return null;
  }
}

function takesActions({ textDocument }: ClientCapabilities): boolean {
  return textDocument?.codeAction?.codeActionLiteralSupport !== undefined;
}

function foldersOf({ workspaceFolders, rootUri }: InitializeParams): readonly string[] {
  if (workspaceFolders !== undefined && workspaceFolders !== null) return pathsOf(workspaceFolders);
  return rootUri === null ? [] : pathsOf([{ uri: rootUri }]);
}

function pathsOf(folders: readonly { readonly uri: string }[]): readonly string[] {
  return folders.flatMap(({ uri }) => fileOfUri(uri)?.replace(/(?<=[^:\\/])[\\/]+$/, "") ?? []);
}

/** What kind of error it was. Its message may quote a file's text, which belongs in no log. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const code = "code" in error && typeof error.code === "string" ? ` (${error.code})` : "";
  const place = /\bat (?:async )?([\w.#<>$]+) \(/.exec(error.stack ?? "")?.[1];
  return `${error.name}${code}${place === undefined ? "" : ` in ${place}`}`;
}
