import path from "node:path";
import type { Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { Failure } from "../base/failure.js";
import { isWithin } from "../base/paths.js";
import { errorDiagnostics, problem, type ShownFinding, shownFindings } from "./diagnostics.js";
import {
  comparePositions,
  type DocumentPlace,
  diskText,
  type EditorText,
  openText,
  placeOfDocument,
  uriOfFile,
} from "./document.js";
import { lintModule, type ModuleLint } from "./lint-module.js";
import { ModuleSession } from "./module-session.js";

/** What a workspace needs of the server around it. */
export interface WorkspaceHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  relatedInformation(): boolean;
  documents(): readonly TextDocument[];
  publish(params: PublishDiagnosticsParams): void;
  /** An error of the server, reported without the text of any file. */
  log(what: string, error: unknown): void;
}

/** Everything known about one open module. */
export interface ModuleView {
  /** Absent where it could not be linted. */
  readonly lint?: ModuleLint;
  readonly findings: readonly ShownFinding[];
  /** Diagnostics by absolute path. */
  readonly diagnostics: ReadonlyMap<string, readonly Diagnostic[]>;
  textOf(file: string): EditorText | undefined;
}

/** The modules of the documents that are open, their findings, and what the client received last. */
export class Workspace {
  readonly #host: WorkspaceHost;
  readonly #sessions = new Map<string, ModuleSession<ModuleView>>();
  readonly #published = new Map<string, string>();
  /** Opened, and not changed since. */
  readonly #unchanged = new WeakSet<TextDocument>();
  #folders: readonly string[] = [];

  constructor(host: WorkspaceHost) {
    this.#host = host;
  }

  /** Sets the workspace's folders, absolute. */
  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.relint();
  }

  opened(document: TextDocument): void {
    const place = placeOfDocument(document);
    if (place === undefined) return;
    this.#unchanged.add(document);
    if (!this.#sessions.has(place.directory)) {
      const work = { lint: () => this.#lint(place), show: () => this.#publish() };
      this.#sessions.set(place.directory, new ModuleSession<ModuleView>(work));
    }
    this.#changed(place.directory, "now");
  }

  changed(document: TextDocument): void {
    // Opening counts as a change of content as well.
    if (this.#unchanged.delete(document)) return;
    const place = placeOfDocument(document);
    if (place !== undefined) this.#changed(place.directory, "typing");
  }

  /** The document's own text counts no longer, the disk's does. */
  closed(document: TextDocument): void {
    const place = placeOfDocument(document);
    if (place === undefined) return;
    const remaining = this.#places().some(({ directory }) => directory === place.directory);
    if (!remaining) {
      this.#sessions.get(place.directory)?.close();
      this.#sessions.delete(place.directory);
      this.#publish();
    }
    this.#changed(place.directory, "now");
  }

  /** Lints every open module again: something outside of the documents has changed. */
  relint(): void {
    for (const session of this.#sessions.values()) session.changed("now");
  }

  /** What is known about a document's module, once everything that was typed so far has been read. */
  async view(document: TextDocument): Promise<ModuleView | undefined> {
    const place = placeOfDocument(document);
    const own = place === undefined ? undefined : await this.#sessions.get(place.directory)?.fresh();
    if (place === undefined || own === undefined) return undefined;
    const [caller] = this.#callersOf(place.directory);
    return caller === undefined ? own : caller.fresh();
  }

  /** Ends everything that is under way. */
  close(): void {
    for (const session of this.#sessions.values()) session.close();
    this.#sessions.clear();
  }

  /** The module of that folder, and every open one that is made from files there as well. */
  #changed(directory: string, when: "typing" | "now"): void {
    for (const [key, session] of this.#sessions) {
      if (key === directory || session.latest?.lint?.folders.has(directory) === true) session.changed(when);
    }
  }

  /** The open modules that call one, and so know more of it than itself: the provider's version, for one. */
  #callersOf(directory: string): ModuleSession<ModuleView>[] {
    const own = this.#sessions.get(directory)?.latest?.lint;
    return [...this.#sessions].flatMap(([other, session]) => {
      const calls = other !== directory && session.latest?.lint?.folders.has(directory) === true;
      // Two that call each other are wrong, and both are reported.
      return calls && own?.folders.has(other) !== true ? [session] : [];
    });
  }

  async #lint(place: DocumentPlace): Promise<ModuleView> {
    const { directory, alone } = place;
    const open = new Map<string, TextDocument>();
    for (const document of this.#host.documents()) {
      const at = placeOfDocument(document);
      if (at !== undefined && at.alone === alone && (!alone || at.directory === directory)) open.set(at.file, document);
    }
    const unsaved = new Map([...open].map(([file, document]) => [file, document.getText()]));
    const texts = new Map<string, EditorText>([...open].map(([file, document]) => [file, openText(document)]));
    const cwd = alone ? directory : this.#folderOf(directory);
    const fallback = [...open.keys()].find((file) => path.dirname(file) === directory) ?? place.file;
    try {
      const lint = await lintModule({ directory, cwd, alone, env: this.#host.env, unsaved });
      for (const [file, text] of lint.texts) if (!texts.has(file)) texts.set(file, diskText(file, text));
      const textOf = (file: string) => texts.get(file);
      const options = { relatedInformation: this.#host.relatedInformation(), textOf, fallback };
      const findings = shownFindings(lint, options);
      const diagnostics = byFile([...errorDiagnostics(lint, options), ...findings]);
      return { lint, findings, diagnostics, textOf };
    } catch (error) {
      // Settings that are wrong, for one, are for the user to fix.
      const told = error instanceof Failure;
      if (!told) this.#host.log("linting a module failed", error);
      const message =
        told && error.hint !== undefined ? `${error.message}\n${error.hint}` : String(told && error.message);
      const diagnostics = told ? byFile([{ file: fallback, diagnostic: problem(message) }]) : byFile([]);
      return { findings: [], diagnostics, textOf: (file) => texts.get(file) };
    }
  }

  /** The innermost workspace folder around a module; the module itself where it is in none. */
  #folderOf(directory: string): string {
    const around = this.#folders.filter((folder) => isWithin(folder, directory));
    return around.reduce((best, folder) => (folder.length > best.length ? folder : best), around[0] ?? directory);
  }

  #places(): DocumentPlace[] {
    return this.#host.documents().flatMap((document) => placeOfDocument(document) ?? []);
  }

  /** Sends the client what has changed since the last time. A file that several modules reach gets each thing once. */
  #publish(): void {
    const uris = new Map<string, string>();
    const wanted = new Map<string, Map<string, Diagnostic>>();
    const versions = new Map<string, number>();
    for (const document of this.#host.documents()) {
      const place = placeOfDocument(document);
      if (place === undefined) continue;
      uris.set(place.file, document.uri);
      // Of the texts that were linted, which may be older than the document.
      const callers = this.#callersOf(place.directory);
      const own = this.#sessions.get(place.directory);
      const told = callers.length > 0 ? callers : own === undefined ? [] : [own];
      const known = told.flatMap(({ latest }) => latest?.textOf(place.file)?.version ?? []);
      if (known.length === 0) continue;
      versions.set(document.uri, Math.min(...known));
      wanted.set(document.uri, new Map());
    }
    const shown = [...this.#sessions].flatMap(([directory, { latest }]) =>
      this.#callersOf(directory).length > 0 ? [] : [...(latest?.diagnostics ?? [])],
    );
    for (const [file, diagnostics] of shown) {
      const uri = uris.get(file) ?? uriOfFile(file);
      const known = wanted.get(uri) ?? new Map<string, Diagnostic>();
      wanted.set(uri, known);
      for (const diagnostic of diagnostics) {
        const key = JSON.stringify([diagnostic.code ?? diagnostic.message, diagnostic.range]);
        if (!known.has(key)) known.set(key, diagnostic);
      }
    }
    for (const uri of new Set([...wanted.keys(), ...this.#published.keys()])) {
      const known = wanted.get(uri);
      const diagnostics = [...(known?.values() ?? [])].sort((a, b) => comparePositions(a.range.start, b.range.start));
      const version = versions.get(uri);
      const said = JSON.stringify([version, diagnostics]);
      if (this.#published.get(uri) === said) continue;
      if (known === undefined) this.#published.delete(uri);
      else this.#published.set(uri, said);
      this.#host.publish({ uri, diagnostics, ...(version !== undefined && { version }) });
    }
  }
}

function byFile(
  shown: readonly { readonly file: string; readonly diagnostic: Diagnostic }[],
): Map<string, Diagnostic[]> {
  const files = new Map<string, Diagnostic[]>();
  for (const { file, diagnostic } of shown) files.set(file, [...(files.get(file) ?? []), diagnostic]);
  return files;
}
