const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
];

/** A stretch of time in its largest whole unit: `2 days`, `1 hour`, `less than a minute`. */
export function formatSpan(seconds: number): string {
  for (const [size, name] of UNITS) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? "" : "s"}`;
  }
  return "less than a minute";
}

/** How long ago a moment was, both in Unix seconds. A moment slightly ahead (clocks differ) is now. */
export function formatAge(moment: number, now: number): string {
  return `${formatSpan(Math.max(0, now - moment))} ago`;
}

/** The day of a moment in UTC: `2026-11-22`. */
export function formatDay(moment: number): string {
  return new Date(moment * 1000).toISOString().slice(0, 10);
}
