import type { Readable } from "node:stream";
import type { Clock } from "./clock.js";
import type { ReportError } from "./failure.js";

/** The process around the program, as far as an engine may know it. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Aborted by Ctrl-C, SIGTERM, and a terminal that is closed. */
  readonly signal: AbortSignal;
}

/** All that an engine touches outside itself. What it finds out it returns; the command line makes streams of it. */
export interface EngineContext extends Surroundings {
  readonly clock: Clock;
  readonly progress: Progress;
  /** Shows at once what must not wait for the result: the run may still fail. */
  notify(notes: readonly string[], errors?: readonly ReportError[]): void;
  /** Asks the user for a yes; absent where nobody can answer. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** Lines that say what is being done right now. */
export interface Progress {
  steps(): ProgressLine<string>;
  lookUp(invites: number): ProgressLine<LookUpProgress>;
}

export interface ProgressLine<Event> {
  show(event: Event): void;
  /** Takes the line away. Safe to call twice. */
  end(): void;
}

/** What a look-up is doing. */
export type LookUpProgress =
  /** The number of all requests so far. */
  | { readonly type: "request"; readonly count: number }
  /** How many are still looked for. */
  | { readonly type: "page"; readonly wanted: number }
  | { readonly type: "wait"; readonly reason: "rate-limit" | "pace" | "retry"; readonly seconds: number };

/** The process with its streams, handed in so that a test can hand in something else. */
export interface Io extends Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number | undefined;
  readonly rows?: number;
  /** Tells once that nobody reads any more. */
  once?(event: "close", listener: () => void): unknown;
}
