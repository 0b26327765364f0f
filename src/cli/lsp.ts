import { createConnection } from "vscode-languageserver/node";
import type { Io } from "../base/engine-context.js";
import { Interrupted } from "../base/failure.js";
import { serve } from "../lsp/server.js";
import { EXIT, type ExitStatus } from "../policy/exit-code.js";

/**
 * `tfinvite lsp`: a language server over standard input and output. The library around it ends the process: 0 on `exit`
 * after `shutdown`, 1 on `exit` without it or when the input ends, as the protocol wants.
 */
export function languageServer(io: Pick<Io, "env" | "signal">): Promise<ExitStatus> {
  const connection = createConnection(process.stdin, process.stdout);
  serve(connection, { env: io.env });
  return new Promise(() => {
    // The connection holds on to the input for as long as the process lives.
    const stop = () => process.exit(io.signal.reason instanceof Interrupted ? io.signal.reason.exitCode : EXIT.failed);
    if (io.signal.aborted) stop();
    else io.signal.addEventListener("abort", stop, { once: true });
  });
}
