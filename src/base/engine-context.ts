import type { Readable } from "node:stream";
import type { Clock } from "./clock.js";
import type { ReportError } from "./failure.js";

/** The process around the program, as an engine sees it. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** Aborted by Ctrl-C, SIGTERM, and a terminal that is closed. */
  readonly signal: AbortSignal;
}

/** All that an engine touches outside itself. It returns its results; the command line prints them. */
export interface EngineContext extends Surroundings {
  readonly clock: Clock;
  readonly progress: Progress;
  /** Prints at once what must not wait for the result, since the run may still fail. */
  notify(notes: readonly string[], errors?: readonly ReportError[]): void;
  /** Asks the user for a yes; absent where there is no terminal. */
  readonly ask?: (question: string) => Promise<boolean>;
}

/** Lines that show what the program is doing. */
export interface Progress {
  steps(): ProgressLine<string>;
  lookUp(invites: number): ProgressLine<LookUpProgress>;
}

export interface ProgressLine<Event> {
  show(event: Event): void;
  /** Removes the line. Safe to call twice. */
  end(): void;
}

/** What a look-up is doing. */
export type LookUpProgress =
  /** The number of all requests so far. */
  | { readonly type: "request"; readonly count: number }
  /** A page of a list was read; `wanted` is the number of invites, or of people, still to be found. */
  | {
      readonly type: "page";
      readonly endpoint: "invites" | "invite" | "users";
      readonly page: number;
      readonly wanted: number;
    }
  | {
      readonly type: "wait";
      readonly reason: "rate-limit" | "pace" | "retry";
      readonly seconds: number;
      /** The limit, where it has been learned: `count` requests in `per` milliseconds. */
      readonly rate?: { readonly count: number; readonly per: number };
    };

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
  /** Calls once, when the reader has gone. */
  once?(event: "close", listener: () => void): unknown;
}
