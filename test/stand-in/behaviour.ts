import type { ServerResponse } from "node:http";

/** The requests that a behaviour is for: the invites' list, one invite, the users' list, or any. */
export type StandInEndpoint = "invites" | "invite" | "users" | "any";

/** How the next request is answered, instead of the normal answer. */
export type Behaviour =
  /** Any status, body and headers. A body that is not a string is sent as JSON. */
  | {
      readonly do: "answer";
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Record<string, string>;
    }
  /** 429: with a header or not, with a wait in the message or not. */
  | {
      readonly do: "too-many";
      readonly headers?: Record<string, string>;
      readonly message?: string;
      readonly code?: string;
    }
  | { readonly do: "fail"; readonly status?: number; readonly headers?: Record<string, string> }
  /** The connection is reset before any answer. */
  | { readonly do: "reset" }
  /** There is never an answer. */
  | { readonly do: "hang" }
  /** The proper answer, this many milliseconds late. */
  | { readonly do: "late"; readonly ms: number }
  /** The headers and the first half of a body; then nothing more, or the end of the connection. */
  | { readonly do: "half"; readonly ending: "stall" | "close" }
  /** A web page, as proxies and wrong addresses give it. */
  | { readonly do: "page"; readonly status?: number; readonly title?: string }
  /** The proper answer with its JSON changed. */
  | { readonly do: "change"; readonly with: (body: Record<string, unknown>) => unknown }
  /** `error` as a bare string, as seen on admin endpoints. */
  | { readonly do: "bare-error"; readonly status: number; readonly error: string }
  | { readonly do: "missing-scope"; readonly scope: string; readonly status?: number }
  | { readonly do: "incorrect-hostname"; readonly host: string }
  /** A body of this many bytes. */
  | { readonly do: "oversized"; readonly bytes: number };

/** What the server was going to answer. */
export interface Proper {
  readonly status: number;
  readonly body: unknown;
}

/** OpenAI's error object. */
export function errorBody(message: string, code: string | null = null, type = "invalid_request_error"): unknown {
  return { error: { message, type, param: null, code } };
}

/** Answers in the way asked for. */
export function behave(behaviour: Behaviour, response: ServerResponse, proper: Proper): void {
  switch (behaviour.do) {
    case "answer": {
      const text = typeof behaviour.body === "string" ? behaviour.body : JSON.stringify(behaviour.body ?? {});
      const type = typeof behaviour.body === "string" ? "text/plain" : "application/json";
      response.writeHead(behaviour.status, { "content-type": type, ...behaviour.headers });
      response.end(text);
      return;
    }
    case "too-many": {
      const message = behaviour.message ?? "You're making too many requests, please slow down.";
      response.writeHead(429, { "content-type": "application/json", ...behaviour.headers });
      response.end(JSON.stringify(errorBody(message, behaviour.code ?? "rate_limit_exceeded")));
      return;
    }
    case "fail":
      response.writeHead(behaviour.status ?? 500, { "content-type": "application/json", ...behaviour.headers });
      response.end(
        JSON.stringify(errorBody("The server had an error while processing your request", null, "server_error")),
      );
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "hang":
      return;
    case "late":
      setTimeout(() => sendJson(response, proper), behaviour.ms);
      return;
    case "half": {
      const text = JSON.stringify(proper.body);
      response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) });
      response.write(text.slice(0, Math.floor(text.length / 2)), () => {
        if (behaviour.ending === "close") response.socket?.destroy();
      });
      return;
    }
    case "page": {
      const title = behaviour.title ?? "404 Not Found";
      response.writeHead(behaviour.status ?? 404, { "content-type": "text/html; charset=utf-8" });
      response.end(`<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`);
      return;
    }
    case "change":
      sendJson(response, { status: proper.status, body: behaviour.with(asObject(proper.body)) });
      return;
    case "bare-error":
      sendJson(response, { status: behaviour.status, body: { error: behaviour.error } });
      return;
    case "missing-scope":
      sendJson(response, {
        status: behaviour.status ?? 403,
        body: {
          error:
            `You have insufficient permissions for this operation. Missing scopes: ${behaviour.scope}. ` +
            "Check that you have the correct role in your organization, and if you're using a restricted API key, " +
            "that it has the necessary scopes.",
        },
      });
      return;
    case "incorrect-hostname":
      sendJson(response, {
        status: 401,
        body: {
          ...asObject(
            errorBody(
              `Attempted to access resource with incorrect regional hostname. Please make your request to ${behaviour.host}`,
              "incorrect_hostname",
            ),
          ),
          status: 401,
        },
      });
      return;
    case "oversized":
      response.writeHead(200, { "content-type": "application/json" });
      response.end(Buffer.alloc(behaviour.bytes, 0x20));
      return;
  }
}

export function sendJson(
  response: ServerResponse,
  { status, body }: Proper,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

function asObject(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? { ...body } : {};
}
