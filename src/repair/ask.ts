import { createInterface } from "node:readline";
import type { Io } from "../base/engine-context.js";
import { Failure, Interrupted } from "../base/failure.js";

/** Whether somebody is there to be asked. */
function canAsk(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/** Fails where a change would have to be asked for, and nobody is there to answer. */
export function requireAnswer(flag: string, { yes }: { readonly yes?: boolean }, io: Io): void {
  if (yes === true || canAsk(io)) return;
  throw new Failure(
    `${flag} asks before it changes anything, and there is no terminal to ask on`,
    `Give --yes to have it done without asking: tfinvite repair ${flag} --yes`,
  );
}

/** Asks on the terminal. Only a clear yes is one; the end of the input is a no. */
export async function ask(question: string, io: Io): Promise<boolean> {
  io.stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: io.stdin, terminal: false });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      lines.once("line", resolve);
      lines.once("close", () => resolve(""));
      if (io.signal.aborted) reject(new Interrupted());
      io.signal.addEventListener("abort", () => reject(new Interrupted()), { once: true });
    });
    return /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    lines.close();
  }
}
