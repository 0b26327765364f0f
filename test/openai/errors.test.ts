import { createServer as createTcpServer } from "node:net";
import { describe, expect, it } from "vitest";
import { AdminApi } from "../../src/openai/client.js";
import type { LookUpError } from "../../src/openai/errors.js";
import { lookUpInvites } from "../../src/openai/invites.js";
import { lookUpMembers } from "../../src/openai/members.js";
import type { Behaviour, StandIn } from "../stand-in/server.js";
import { virtualClock } from "../stand-in/virtual-clock.js";
import { inWorld, manyInvites } from "./setup.js";

const ADMIN_KEYS = "https://platform.openai.com/settings/organization/admin-keys";

/** The error with which two invites fail, and then a member. */
async function errorOf(api: AdminApi): Promise<LookUpError> {
  const { found, missing, failed } = await lookUpInvites(api, ["invite-0", "invite-1"]);
  expect([found.size, missing.size, failed.size]).toEqual([0, 0, 2]);
  const error = failed.get("invite-0");
  if (error === undefined) throw new Error("no error");
  expect(failed.get("invite-1")).toBe(error);
  return error;
}

interface Case {
  readonly what: string;
  readonly behaviour: Behaviour;
  readonly times?: number;
  readonly kind: LookUpError["kind"];
  /** `@` stands for the list's URL. */
  readonly message: string;
  readonly hint: string;
  readonly status?: number;
  readonly scope?: string;
}

const base = "Check OPENAI_BASE_URL, which is #.";
const proxy = `${base} A proxy or a firewall may have answered instead.`;
const newKey = `An owner of the organization creates one, with the scope api.management.read, at ${ADMIN_KEYS}.`;
const validKey = `Set OPENAI_ADMIN_KEY to a valid admin key. ${newKey}`;
const network = "Check the network, and set HTTPS_PROXY and NO_PROXY if a proxy is needed.";

const cases: readonly Case[] = [
  {
    what: "a missing scope, as a bare string",
    behaviour: { do: "missing-scope", scope: "api.management.read" },
    kind: "missing-scope",
    message: "the admin key lacks the scope api.management.read (403) on GET @",
    hint: `Add the scope to the key, or create an admin key that has it, at ${ADMIN_KEYS}.`,
    status: 403,
    scope: "api.management.read",
  },
  {
    what: "a missing scope with 401",
    behaviour: { do: "missing-scope", scope: "api.management.read, api.usage.read", status: 401 },
    kind: "missing-scope",
    message: "the admin key lacks the scope api.management.read, api.usage.read (401) on GET @",
    hint: `Add the scope to the key, or create an admin key that has it, at ${ADMIN_KEYS}.`,
    status: 401,
    scope: "api.management.read, api.usage.read",
  },
  {
    what: "another 403",
    behaviour: { do: "bare-error", status: 403, error: "Country not supported" },
    kind: "forbidden",
    message: "OpenAI denied access (403) on GET @: Country not supported",
    hint: validKey,
    status: 403,
  },
  {
    what: "the wrong region",
    behaviour: { do: "incorrect-hostname", host: "us.api.openai.com" },
    kind: "wrong-base-url",
    message:
      "OpenAI serves this organization from another host (401 incorrect_hostname), on GET @: Attempted to access resource with incorrect regional hostname. Please make your request to us.api.openai.com",
    hint: "Set OPENAI_BASE_URL to https://us.api.openai.com/v1.",
    status: 401,
  },
  {
    what: "the wrong region, with an untrusted host",
    behaviour: { do: "incorrect-hostname", host: "openai.com.evil.example" },
    kind: "wrong-base-url",
    message:
      "OpenAI serves this organization from another host (401 incorrect_hostname), on GET @: Attempted to access resource with incorrect regional hostname. Please make your request to openai.com.evil.example",
    hint: "Set OPENAI_BASE_URL to the host that OpenAI names.",
    status: 401,
  },
  {
    what: "a web page",
    behaviour: { do: "page" },
    kind: "wrong-base-url",
    message: `the answer is a web page (404, "404 Not Found"), not the Admin API's JSON, on GET @`,
    hint: proxy,
    status: 404,
  },
  {
    what: "a web page as a success",
    behaviour: { do: "page", status: 200, title: "Sign in" },
    kind: "wrong-base-url",
    message: `the answer is a web page (200, "Sign in"), not the Admin API's JSON, on GET @`,
    hint: proxy,
    status: 200,
  },
  {
    what: "404 for the list itself",
    behaviour: { do: "answer", status: 404, body: { detail: "Not Found" } },
    kind: "wrong-base-url",
    message: "no Admin API at this address (404), on GET @",
    hint: base,
    status: 404,
  },
  {
    what: "a redirect",
    behaviour: { do: "answer", status: 302, headers: { location: "https://sso.example.com" } },
    kind: "wrong-base-url",
    message: "the answer is a redirect (302), on GET @; tfinvite doesn't follow it, to keep the key from other hosts",
    hint: base,
    status: 302,
  },
  {
    what: "no quota",
    behaviour: { do: "too-many", code: "insufficient_quota", message: "You exceeded your current quota." },
    kind: "quota",
    message: "the organization has no quota left (429 insufficient_quota), on GET @: You exceeded your current quota",
    hint: "Waiting doesn't help: check the organization's billing and limits.",
    status: 429,
  },
  {
    what: "too many requests, without end",
    behaviour: { do: "too-many" },
    times: 10,
    kind: "rate-limited",
    message:
      "rate-limited by OpenAI (429 rate_limit_exceeded) on GET @ (10 tries): You're making too many requests, please slow down",
    hint: "Raise --deadline, or try again when nothing else uses the Admin API.",
    status: 429,
  },
  {
    what: "a server that fails",
    behaviour: { do: "fail", status: 503 },
    times: 5,
    kind: "server",
    message:
      "the Admin API failed (503 server_error) on GET @ (5 tries): The server had an error while processing your request",
    hint: "Try again later; https://status.openai.com lists outages.",
    status: 503,
  },
  {
    what: "a gateway's page",
    behaviour: { do: "page", status: 502, title: "502 Bad Gateway" },
    times: 5,
    kind: "server",
    message: `the answer is a web page (502, "502 Bad Gateway"), not the Admin API's JSON, on GET @ (5 tries)`,
    hint: proxy,
    status: 502,
  },
  {
    what: "a server that says not to try again",
    behaviour: { do: "fail", headers: { "x-should-retry": "false" } },
    kind: "server",
    message: "the Admin API failed (500 server_error) on GET @: The server had an error while processing your request",
    hint: "Try again later; https://status.openai.com lists outages.",
    status: 500,
  },
  {
    what: "another 4xx",
    behaviour: { do: "answer", status: 400, body: { error: { message: "Bad limit", code: 7 } } },
    kind: "refused",
    message: "OpenAI rejected the request (400 7) on GET @: Bad limit",
    hint: base,
    status: 400,
  },
  {
    what: "no JSON",
    behaviour: { do: "answer", status: 200, body: "OK" },
    kind: "unexpected-answer",
    message: "the answer (200) of GET @ is not JSON",
    hint: base,
    status: 200,
  },
  {
    what: "nothing",
    behaviour: { do: "answer", status: 200, body: "" },
    kind: "unexpected-answer",
    message: "the answer (200) of GET @ is empty",
    hint: base,
    status: 200,
  },
  {
    what: "JSON of another shape",
    behaviour: { do: "answer", status: 200, body: { data: { id: 1 } } },
    kind: "unexpected-answer",
    message:
      "the answer of GET @ is not what the Admin API documents: data: Invalid input: expected array, received object",
    hint: "Check that OPENAI_BASE_URL (#) is OpenAI's own API.",
    status: 200,
  },
  {
    what: "connections that are reset",
    behaviour: { do: "reset" },
    times: 5,
    kind: "network",
    message: "the connection failed (ECONNRESET) on GET @ (5 tries)",
    hint: network,
  },
  {
    what: "half a body, and the end of the connection",
    behaviour: { do: "half", ending: "close" },
    times: 5,
    kind: "network",
    message: "the connection failed (UND_ERR_SOCKET) on GET @ (5 tries)",
    hint: network,
  },
  {
    what: "half a body, and nothing more",
    behaviour: { do: "half", ending: "stall" },
    times: 5,
    kind: "network",
    message: "timeout: only a part of the answer within 0.5 s on GET @ (5 tries)",
    hint: "Try again later, or check the network and its proxy (HTTPS_PROXY).",
  },
  {
    what: "no answer",
    behaviour: { do: "hang" },
    times: 5,
    kind: "network",
    message: "timeout: no answer within 1 s on GET @ (5 tries)",
    hint: "Try again later, or check the network and its proxy (HTTPS_PROXY).",
  },
];

describe("each failure in its own words", () => {
  it.each(cases)("$what", ({ behaviour, times = 1, kind, message, hint, status, scope }) =>
    inWorld(
      { invites: manyInvites(2), client: () => ({ timeouts: { headers: 1000, body: 500 } }) },
      async ({ api, server }) => {
        server.next("invites", behaviour, times);
        // When only the list fails, single invites are requested, too; here they fail in the same way.
        server.next("invite", behaviour, 2 * times);
        const error = await errorOf(api);
        expect(error).toMatchObject({
          kind,
          message: fill(message, server),
          hint: fill(hint, server),
          ...(status !== undefined && { status, requestId: `req_${times}` }),
          ...(scope !== undefined && { scope }),
        });
        expect(server.requests.filter(({ path }) => path.endsWith("/invites"))).toHaveLength(times);
        expect(api.requests).toBe(server.requests.length);
      },
    ),
  );

  it("a body without end", () =>
    inWorld({}, async ({ api, server }) => {
      server.next("any", { do: "oversized", bytes: 17 * 1024 * 1024 }, 3);
      expect(await errorOf(api)).toMatchObject({
        kind: "unexpected-answer",
        message: `the answer of GET ${server.url}/organization/invites is larger than 16 MiB`,
        hint: `Check OPENAI_BASE_URL, which is ${server.url}.`,
      });
    }));

  it("a refused key is not shown, nor the part of it that OpenAI's error quotes", () =>
    inWorld({ client: () => ({ key: "sk-admin-wrong-0123456789-tail" }) }, async ({ api, server }) => {
      const error = await errorOf(api);
      expect(error).toMatchObject({
        kind: "unauthorized",
        message: `OpenAI refused the admin key (401 invalid_api_key) on GET ${server.url}/organization/invites: Incorrect API key provided: [key removed] You can find your API key at https://platform.openai.com/account/api-keys`,
        hint: validKey,
        status: 401,
        requestId: "req_1",
      });
      expect(JSON.stringify(error)).not.toMatch(/sk-|tail|\*/);
      const { failed } = await lookUpMembers(api, ["kim@example.com"]);
      expect(failed.get("kim@example.com")).toMatchObject({ kind: "unauthorized" });
    }));

  const echoed = "sk-admin-echo-0123456789abcdef";
  it.each<{ what: string; behaviour: Behaviour }>([
    { what: "a bare error", behaviour: { do: "bare-error", status: 403, error: `no ${echoed}.` } },
    { what: "a code", behaviour: { do: "answer", status: 401, body: { error: { message: "no", code: echoed } } } },
    { what: "a scope", behaviour: { do: "missing-scope", scope: echoed } },
    { what: "a page's title", behaviour: { do: "page", status: 200, title: `Hello ${echoed}` } },
    { what: "a shape", behaviour: { do: "answer", status: 200, body: { data: { [echoed]: 1 } } } },
    { what: "a header", behaviour: { do: "answer", status: 400, headers: { "x-request-id": echoed } } },
    { what: "a wait", behaviour: { do: "too-many", code: "insufficient_quota", message: `Wait, ${echoed}` } },
  ])("a key that the server echoes is not shown: $what", ({ behaviour }) =>
    inWorld({ key: echoed }, async ({ api, server, events }) => {
      server.next("any", behaviour, 3);
      const shown = JSON.stringify([await errorOf(api), events]);
      expect(shown).not.toContain("sk-");
      expect(shown).not.toContain("0123456789");
    }),
  );

  it("a project key is recognised", () =>
    inWorld({ key: "sk-proj-0123456789abcdefghij" }, async ({ api, server }) => {
      server.next("any", { do: "missing-scope", scope: "api.management.read" });
      const error = await errorOf(api);
      expect(error.hint).toBe(
        `OPENAI_ADMIN_KEY holds an ordinary API key. Create an admin key with that scope at ${ADMIN_KEYS}.`,
      );
      server.next("any", { do: "answer", status: 401, body: { error: { message: "no", code: null } } });
      expect((await errorOf(api)).hint).toBe(`OPENAI_ADMIN_KEY holds an ordinary API key. ${newKey}`);
    }));

  it("a base URL without /v1 is noted", () =>
    inWorld({ client: (server) => ({ baseUrl: new URL(server.url.replace("/v1", "")) }) }, async ({ api, server }) => {
      const at = server.url.replace("/v1", "");
      expect(await errorOf(api)).toMatchObject({
        kind: "wrong-base-url",
        message: `no Admin API at this address (404), on GET ${at}/organization/invites: Invalid URL (GET /organization/invites)`,
        hint: `Add /v1 to OPENAI_BASE_URL: it is ${at}, and OpenAI's own is https://api.openai.com/v1.`,
        status: 404,
        requestId: "req_1",
      });
      // Nor does a single read report the invite as missing.
      const { missing, failed } = await lookUpInvites(api, ["invite-0"]);
      expect([missing.size, failed.get("invite-0")?.kind]).toEqual([0, "wrong-base-url"]);
    }));

  it.each<{ what: string; behaviour: Behaviour }>([
    { what: "a web page", behaviour: { do: "page" } },
    { what: "another server's JSON", behaviour: { do: "answer", status: 404, body: { message: "no Route matched" } } },
    { what: "plain text", behaviour: { do: "answer", status: 404, body: "404 page not found" } },
    {
      what: "an unknown path",
      behaviour: {
        do: "answer",
        status: 404,
        body: { error: { message: "Unknown request URL", code: "unknown_url" } },
      },
    },
  ])("a 404 that is not the API's is never 'missing': $what", ({ behaviour }) =>
    inWorld({}, async ({ api, server }) => {
      server.next("invite", behaviour);
      const { missing, failed } = await lookUpInvites(api, ["invite-0"]);
      expect([missing.size, failed.get("invite-0")?.kind]).toEqual([0, "wrong-base-url"]);
    }),
  );

  /** A client for an address without a stand-in. */
  async function errorAt(url: string): Promise<LookUpError> {
    const signal = new AbortController().signal;
    const api = new AdminApi({ baseUrl: new URL(url), key: "k", userAgent: "t", signal, clock: virtualClock() });
    try {
      return await errorOf(api);
    } finally {
      await api.close();
    }
  }

  it("nothing listens", async () => {
    const port = await withTcp(
      () => undefined,
      async (free) => free,
    );
    const url = `http://127.0.0.1:${port}/v1`;
    expect(await errorAt(url)).toMatchObject({
      kind: "wrong-base-url",
      message: `127.0.0.1:${port} refused the connection (ECONNREFUSED) on GET ${url}/organization/invites`,
      hint: `Check OPENAI_BASE_URL, which is ${url}. ${network}`,
    });
  });

  it("not HTTP", () =>
    withTcp(
      (socket) => socket.end("SSH-2.0-OpenSSH_9.6\r\n"),
      async (port) => {
        const url = `http://127.0.0.1:${port}/v1`;
        expect(await errorAt(url)).toMatchObject({
          kind: "wrong-base-url",
          message: `127.0.0.1:${port} does not speak HTTP (HTTPParserError) on GET ${url}/organization/invites`,
          hint: `Check OPENAI_BASE_URL, which is ${url}.`,
        });
      },
    ));

  it("not TLS", () =>
    withTcp(
      (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      async (port) => {
        const url = `https://127.0.0.1:${port}/v1`;
        expect(await errorAt(url)).toMatchObject({
          kind: "wrong-base-url",
          message: `127.0.0.1:${port} does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER) on GET ${url}/organization/invites`,
          hint: `Check OPENAI_BASE_URL, which is ${url}.`,
        });
      },
    ));

  it("an unknown host", async () => {
    const url = "https://no-such-host.invalid/v1";
    const { NO_PROXY } = process.env;
    process.env["NO_PROXY"] = "*";
    const error = await errorAt(url).finally(() => {
      if (NO_PROXY === undefined) delete process.env["NO_PROXY"];
      else process.env["NO_PROXY"] = NO_PROXY;
    });
    // A machine without any name server says EAI_AGAIN.
    if (error.message.includes("EAI_AGAIN")) expect(error.kind).toBe("network");
    else {
      expect(error).toMatchObject({
        kind: "wrong-base-url",
        message: `unknown host no-such-host.invalid (ENOTFOUND) on GET ${url}/organization/invites`,
        hint: `Check OPENAI_BASE_URL, which is ${url}.`,
      });
    }
  });
});

function fill(text: string, server: StandIn): string {
  return text.replace("@", `${server.url}/organization/invites`).replace("#", server.url);
}

/** Runs a test with the port of a plain TCP server. */
async function withTcp<T>(
  connected: (socket: import("node:net").Socket) => void,
  run: (port: number) => Promise<T>,
): Promise<T> {
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined).resume();
    connected(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const free = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  if (connected.length === 0) {
    await free();
    return run(port);
  }
  try {
    return await run(port);
  } finally {
    await free();
  }
}
