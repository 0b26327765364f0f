import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionKind,
  type Command,
  type Connection,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
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
import type { Fixer } from "../lint/fixes/fix.js";
import { codeActions, FIX_ALL } from "./code-actions.js";
import { ruleCompletions } from "./completion.js";
import { placeOfDocument } from "./document.js";
import { hoverAt } from "./hover.js";
import { fileOfUri } from "./uris.js";
import { Workspace } from "./workspace.js";

/** Files on the disk that findings rest on, besides the documents that are open. */
const WATCHED = [
  "**/*.{tf,tofu,tfvars}",
  "**/*.{tf,tofu,tfvars}.json",
  "**/.terraform.lock.hcl",
  "**/.tfinvite.json",
  "**/.terraform/modules/modules.json",
  "**/terraform.tfstate",
];

/** Stands for an action where the client takes nothing but commands. */
const APPLY = "tfinvite.applyAction";

export interface ServerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fixer: Fixer;
}

/** Answers a client over a connection until it ends. */
export function serve(connection: Connection, { env, fixer }: ServerOptions): void {
  const documents = new TextDocuments(TextDocument);
  let client: ClientCapabilities = {};
  let folders: readonly string[] = [];
  let stage: "not initialized" | "running" | "shut down" = "not initialized";
  /** Actions that the client was told of last, where it knows them by number only. */
  let offered: readonly CodeAction[] = [];
  const workspace = new Workspace({
    env,
    get relatedInformation() {
      return client.textDocument?.publishDiagnostics?.relatedInformation === true;
    },
    documents: () => documents.all(),
    publish: (params) => void connection.sendDiagnostics(params),
    log: (what, error) => connection.console.error(`${what}: ${nameOf(error)}`),
  });

  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities;
    folders = foldersOf(params);
    stage = "running";
    return {
      serverInfo: { name: "tfinvite", version: VERSION },
      capabilities: {
        positionEncoding: PositionEncodingKind.UTF16,
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        // Whoever does not know actions must not be told of their kinds, and the command would be in the way of others.
        ...(takesActions(client)
          ? { codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, FIX_ALL] } }
          : { codeActionProvider: true, executeCommandProvider: { commands: [APPLY] } }),
        hoverProvider: true,
        completionProvider: { triggerCharacters: [":", ","] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(async () => {
    workspace.setFolders(folders);
    if (client.workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(pathsOf(removed));
        folders = [...folders.filter((folder) => !gone.has(folder)), ...pathsOf(added)];
        workspace.setFolders(folders);
      });
    }
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      try {
        await connection.client.register(DidChangeWatchedFilesNotification.type, {
          watchers: WATCHED.map((globPattern) => ({ globPattern })),
        });
      } catch (error) {
        connection.console.warn(`changes on the disk are not noticed: ${nameOf(error)}`);
      }
    }
  });

  documents.onDidOpen(({ document }) => workspace.opened(document));
  documents.onDidChangeContent(({ document }) => workspace.changed(document));
  documents.onDidClose(({ document }) => workspace.closed(document));
  // Settings and states may be saved by the same editor, and not every client watches files.
  documents.onDidSave(() => workspace.relint());
  connection.onDidChangeWatchedFiles(() => workspace.relint());
  connection.onShutdown(() => {
    stage = "shut down";
    workspace.close();
  });

  /** Requests out of their time get an error, as the protocol wants. */
  const refusal = (): ResponseError<void> | undefined => {
    if (stage === "running") return undefined;
    const code = stage === "shut down" ? ErrorCodes.InvalidRequest : ErrorCodes.ServerNotInitialized;
    return new ResponseError(code, `the server is ${stage}`);
  };

  /** Runs a request about a document; what goes wrong is logged, and costs the user that answer only. */
  const about = async <T>(
    uri: string,
    token: { readonly isCancellationRequested: boolean },
    nothing: T,
    answer: (view: NonNullable<Awaited<ReturnType<Workspace["view"]>>>, file: string) => Promise<T>,
  ): Promise<T | ResponseError<void>> => {
    const refused = refusal();
    if (refused !== undefined) return refused;
    const document = documents.get(uri);
    const place = document === undefined ? undefined : placeOfDocument(document);
    if (document === undefined || place === undefined) return nothing;
    try {
      const view = await workspace.view(document);
      const answered = view === undefined || token.isCancellationRequested ? nothing : await answer(view, place.file);
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      return answered;
    } catch (error) {
      connection.console.error(`a request failed: ${nameOf(error)}`);
      return nothing;
    }
  };

  connection.onCodeAction(({ textDocument, range, context }, token) =>
    about<(CodeAction | Command)[]>(textDocument.uri, token, [], async (view, file) => {
      const actions = await codeActions(view, {
        file,
        range,
        only: context.only,
        diagnostics: context.diagnostics,
        documentChanges: client.workspace?.workspaceEdit?.documentChanges === true,
        fixer,
        isCancelled: () => token.isCancellationRequested,
      });
      if (takesActions(client)) return actions;
      offered = actions;
      return actions.map(({ title }, index) => ({ title, command: APPLY, arguments: [index] }));
    }),
  );
  connection.onExecuteCommand(async ({ command, arguments: [index] = [] }) => {
    const chosen = command === APPLY && typeof index === "number" ? offered[index] : undefined;
    if (chosen?.edit === undefined) return new ResponseError(ErrorCodes.InvalidParams, "there is no such action");
    await connection.workspace.applyEdit({ label: chosen.title, edit: chosen.edit });
    return null;
  });
  connection.onHover(({ textDocument, position }, token) =>
    about(textDocument.uri, token, null, (view, file) => {
      const formats = client.textDocument?.hover?.contentFormat;
      return hoverAt(view, file, position, formats === undefined || formats.includes(MarkupKind.Markdown));
    }),
  );
  connection.onCompletion(({ textDocument, position }) => {
    const refused = refusal();
    if (refused !== undefined) return refused;
    const document = documents.get(textDocument.uri);
    if (document === undefined || placeOfDocument(document) === undefined) return [];
    return ruleCompletions(document.getText({ start: { line: position.line, character: 0 }, end: position }));
  });

  documents.listen(connection);
  connection.listen();
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
