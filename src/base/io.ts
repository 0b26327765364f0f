import type { Surroundings } from "./engine-context.js";

/** The process with its streams, handed in so that a test can hand in something else. */
export interface Io extends Surroundings {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export interface OutputStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Tells once that nobody reads any more. */
  once?(event: "close", listener: () => void): unknown;
}
