import { createInterface } from "node:readline";
import { systemClock } from "../base/clock.js";
import type { EngineContext, Io } from "../base/engine-context.js";
import { Interrupted } from "../base/failure.js";
import { wrap } from "../report/text-width.js";
import { printDiagnostics } from "./print-diagnostics.js";
import { startProgress, startStepLine } from "./progress.js";
import { styleFor } from "./style.js";

/** What an engine may use of this process. */
export function engineContext(io: Io): EngineContext {
  const { stdin, env, cwd, platform, signal } = io;
  const style = styleFor(io.stderr, io);
  const canAsk = stdin.isTTY === true && io.stderr.isTTY === true;
  return {
    ...{ stdin, env, cwd, platform, signal, clock: systemClock },
    progress: {
      steps: () => startStepLine(io, style),
      lookUp: (invites) => startProgress(invites, io, style),
    },
    notify: (notes, errors = []) => printDiagnostics(notes, errors, io),
    ...(canAsk && { ask: (question: string) => ask(question, io) }),
  };
}

/** Asks on the terminal. Only a clear yes is one; the end of the input is a no. */
export async function ask(question: string, io: Io): Promise<boolean> {
  const lines = wrap(`${question} [y/N]`, styleFor(io.stderr, io).width);
  io.stderr.write(`${lines.join("\n")} `);
  const input = createInterface({ input: io.stdin, terminal: false });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      input.once("line", resolve);
      input.once("close", () => resolve(""));
      if (io.signal.aborted) reject(new Interrupted());
      io.signal.addEventListener("abort", () => reject(new Interrupted()), { once: true });
    });
    return /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    input.close();
  }
}
