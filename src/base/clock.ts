/** The time, and waiting for it. Waits run on this clock, so that a test need not sit through a window of a minute. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** When the process began. The calendar may be set while it runs; a deadline must neither pass at once nor never. */
const BEGAN = Date.now() - performance.now();

/** The machine's own clock: the calendar's time at the start, and from there on in steady steps. */
export const systemClock: Clock = {
  now: () => Math.floor(BEGAN + performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", stop);
        resolve();
      };
      const timer = setTimeout(stop, ms);
      signal.addEventListener("abort", stop);
    }),
};

/** The moment by which everything that waits for others has to be done. */
export interface Deadline {
  /** As the user reads it. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly signal: AbortSignal;
}

/** A deadline, given the milliseconds from now. */
export function startDeadline(milliseconds: number, clock: Clock): Deadline {
  return {
    text: `${Math.round(milliseconds / 1000)} s`,
    at: clock.now() + milliseconds,
    signal: AbortSignal.timeout(milliseconds),
  };
}
