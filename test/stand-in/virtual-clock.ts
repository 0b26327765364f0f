import { setImmediate } from "node:timers/promises";

/** A clock that only runs during sleeps, so that an hour of waiting takes no time. */
export interface VirtualClock {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Every wait so far, in milliseconds. */
  readonly slept: number[];
}

export function virtualClock(start = Date.UTC(2026, 10, 22)): VirtualClock {
  let time = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    async sleep(ms, signal) {
      await setImmediate();
      if (signal.aborted) return;
      slept.push(ms);
      time += ms;
    },
  };
}
