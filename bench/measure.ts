import { spawnSync } from "node:child_process";

/** One program's whole-process figures over several runs: seconds and megabytes, the median and the least of each. */
export interface Figures {
  readonly seconds: { readonly median: number; readonly least: number };
  /** Peak resident memory; absent where the system has no GNU time. */
  readonly megabytes?: number;
}

const GNU_TIME = "/usr/bin/time";
const hasTime = spawnSync(GNU_TIME, ["-f", "%M", "true"]).status === 0;

/** Whether a program can be run here. */
export function canRun(program: string, args: readonly string[] = ["--version"]): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

/** Several commands in turn, A B A B …, so that a slow moment affects all of them, after one run of each that is not counted. */
export function compare(
  commands: Readonly<Record<string, readonly [program: string, ...args: string[]]>>,
  options: {
    readonly runs?: number;
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    /** Called before each run, outside of its time. */
    readonly before?: () => void;
  } = {},
): Map<string, Figures> {
  const { runs = 5, cwd, env = process.env, before } = options;
  const taken = new Map(
    Object.keys(commands).map((name) => [name, { seconds: [] as number[], megabytes: [] as number[] }]),
  );
  for (let run = 0; run <= runs; run += 1) {
    for (const [name, [program, ...args]] of Object.entries(commands)) {
      before?.();
      const start = performance.now();
      const words = hasTime ? [GNU_TIME, "-f", "peak=%M", program, ...args] : [program, ...args];
      const { stderr } = spawnSync(words[0] ?? program, words.slice(1), {
        ...(cwd !== undefined && { cwd }),
        env,
        encoding: "utf8",
        maxBuffer: 1 << 30,
      });
      if (run === 0) continue;
      taken.get(name)?.seconds.push((performance.now() - start) / 1000);
      const peak = /peak=(\d+)/.exec(stderr)?.[1];
      if (peak !== undefined) taken.get(name)?.megabytes.push(Number(peak) / 1024);
    }
  }
  return new Map(
    [...taken].map(([name, { seconds, megabytes }]) => [
      name,
      {
        seconds: { median: median(seconds), least: Math.min(...seconds) },
        ...(megabytes.length > 0 && { megabytes: median(megabytes) }),
      },
    ]),
  );
}

/** The median, the least, and the peak memory, as tables show them. */
export function figureCells({ seconds, megabytes }: Figures): string[] {
  const memory = megabytes === undefined ? "" : `${megabytes.toFixed(0)} MB`;
  return [`${seconds.median.toFixed(2)} s`, `${seconds.least.toFixed(2)} s`, memory];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A table with its first column and goals to the left, and figures to the right. */
export function printTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((text, column) => Math.max(text.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        column === 0 || head[column] === "goal" ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join("  ")
      .trimEnd();
  console.log(
    `\n${title}\n\n${[line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n")}`,
  );
}
