import { Agent, type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import { isLoopback } from "./api-settings.js";
import type { HttpAnswer } from "./errors.js";

/** How long one try may take, in milliseconds: to the first byte of an answer, and from there to its last. */
export interface Timeouts {
  readonly headers: number;
  readonly body: number;
}

/** Listing many invites has been observed to be slow. */
export const DEFAULT_TIMEOUTS: Timeouts = { headers: 60_000, body: 30_000 };

/** An answer larger than this is not the Admin API's. */
export const LARGEST_BODY = 16 * 1024 * 1024;

/** What became of one try. */
export type Attempt =
  | { readonly type: "answer"; readonly answer: HttpAnswer }
  | { readonly type: "stopped" }
  | { readonly type: "timeout"; readonly part: "headers" | "body" }
  | { readonly type: "too-large" }
  /** `code` is Node's or undici's; `detail` its message. */
  | { readonly type: "broken"; readonly code: string; readonly detail: string };

export interface Transport {
  /** Sends one GET and reads the whole answer. Never throws for what the network does. */
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Attempt>;
  /** Drops every connection, so that the process can end at once. */
  close(): Promise<void>;
}

/**
 * Opens the way to one API. `HTTPS_PROXY` and `NO_PROXY` are obeyed, as Terraform's providers do; this machine itself
 * is never reached through a proxy.
 */
export function openTransport(baseUrl: URL, timeouts: Timeouts): Transport {
  let dispatcher: Dispatcher | undefined;
  return {
    async get(url, headers, signal) {
      try {
        dispatcher ??= openDispatcher(baseUrl);
      } catch {
        // The value may hold a password, so what undici says about it is not repeated.
        return { type: "broken", code: "bad proxy", detail: "the value of HTTPS_PROXY is not a proxy's URL" };
      }
      return attempt(dispatcher, url, headers, signal, timeouts);
    },
    async close() {
      await dispatcher?.destroy();
    },
  };
}

function openDispatcher(baseUrl: URL): Dispatcher {
  // Both timeouts are kept by `attempt`, to the millisecond and over the whole body.
  const options = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 15_000 } };
  // An empty httpProxy keeps undici from sending https through HTTP_PROXY.
  return isLoopback(baseUrl) ? new Agent(options) : new EnvHttpProxyAgent({ ...options, httpProxy: "" });
}

async function attempt(
  dispatcher: Dispatcher,
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
  timeouts: Timeouts,
): Promise<Attempt> {
  const cut = new AbortController();
  let result: Attempt | undefined;
  const end = (why: Attempt): void => {
    result ??= why;
    cut.abort();
  };
  const stop = (): void => end({ type: "stopped" });
  if (signal.aborted) return { type: "stopped" };
  signal.addEventListener("abort", stop);
  let timer = setTimeout(end, timeouts.headers, { type: "timeout", part: "headers" });
  try {
    const response = await request(url, { dispatcher, headers, signal: cut.signal });
    clearTimeout(timer);
    timer = setTimeout(end, timeouts.body, { type: "timeout", part: "body" });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const bytes of response.body) {
      const chunk: Uint8Array = bytes;
      size += chunk.length;
      if (size > LARGEST_BODY) {
        end({ type: "too-large" });
        break;
      }
      chunks.push(chunk);
    }
    return (
      result ?? {
        type: "answer",
        answer: {
          status: response.statusCode,
          headers: flatten(response.headers),
          text: Buffer.concat(chunks).toString("utf8"),
        },
      }
    );
  } catch (error) {
    return result ?? { type: "broken", ...describe(error) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

/** The code of a failed connection, out of the error or the one that caused it. */
function describe(error: unknown): { code: string; detail: string } {
  const detail = error instanceof Error ? error.message : String(error);
  let found: string | undefined;
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code: unknown = Reflect.get(at, "code");
    // undici's own code for a broken socket says less than that of its cause.
    if (typeof code === "string" && (found === undefined || found === "UND_ERR_SOCKET")) found = code;
  }
  return { code: found ?? (error instanceof Error ? error.name : "unknown"), detail };
}
