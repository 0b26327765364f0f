import { Session } from "node:inspector";

/**
 * How much work something is, counted and not timed: how often each block of our code runs, and how many characters the
 * language's own text functions look through. A loaded machine counts the same. Not counted: WebAssembly, and how often a
 * regular expression goes back.
 */
export async function countWork(run: () => Promise<unknown>): Promise<number> {
  const session = new Session();
  session.connect();
  session.post("Profiler.enable");
  session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  const text = countCharacters();
  let blocks = 0;
  try {
    await run();
  } finally {
    text.stop();
    session.post("Profiler.takePreciseCoverage", (_, coverage) => {
      for (const { url, functions } of coverage?.result ?? []) {
        if (url === "" || url.startsWith("node:")) continue;
        for (const { ranges } of functions) for (const { count } of ranges) blocks += count;
      }
    });
    session.post("Profiler.stopPreciseCoverage");
    session.disconnect();
  }
  return blocks + text.characters();
}

/** Replaces the functions that search a text by ones that count. */
function countCharacters(): { stop(): void; characters(): number } {
  let count = 0;
  const { exec } = RegExp.prototype;
  const { indexOf, lastIndexOf, includes, split } = String.prototype;
  const { parse, stringify } = JSON;
  const restored = { RegExp: { exec }, String: { indexOf, lastIndexOf, includes, split }, JSON: { parse, stringify } };
  Object.assign(RegExp.prototype, {
    exec(this: RegExp, text: string) {
      const from = this.global || this.sticky ? this.lastIndex : 0;
      const found = exec.call(this, text);
      if (found !== null) count += found.index + found[0].length - from;
      else if (!this.sticky) count += Math.max(0, String(text).length - from);
      return found;
    },
  });
  /** A match ends the search; without a match the search runs from its start to the end. */
  const searching = (own: (this: string, part: string, from?: number) => number | boolean) =>
    function (this: string, part: string, from = 0) {
      const found = own.call(this, part, from);
      count += typeof found === "number" && found >= 0 ? found - from : Math.max(0, this.length - from);
      return found;
    };
  Object.assign(String.prototype, {
    indexOf: searching(indexOf),
    includes: searching(includes),
    split(this: string, ...args: Parameters<typeof split>): string[] {
      count += this.length;
      return split.apply(this, args);
    },
  });
  Object.assign(JSON, {
    parse: (text: string, ...rest: []) => {
      count += String(text).length;
      return parse(text, ...rest);
    },
  });
  return {
    stop: () => {
      Object.assign(RegExp.prototype, restored.RegExp);
      Object.assign(String.prototype, restored.String);
      Object.assign(JSON, restored.JSON);
    },
    characters: () => count,
  };
}
