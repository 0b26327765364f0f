/** The moment by which everything that waits for others has to be done. */
export interface Deadline {
  /** As the user reads it. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly signal: AbortSignal;
}

/** A deadline so many milliseconds from now. */
export function startDeadline(milliseconds: number): Deadline {
  return {
    text: `${Math.round(milliseconds / 1000)} s`,
    at: Date.now() + milliseconds,
    signal: AbortSignal.timeout(milliseconds),
  };
}
