import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/base/clock.js";
import { lookUpInvites } from "../../src/openai/invites.js";
import { lookUpMembers } from "../../src/openai/members.js";
import type { Behaviour } from "../stand-in/server.js";
import { inWorld, manyInvites, manyUsers } from "./setup.js";

describe("a retry", () => {
  it.each<{ what: string; behaviour: Behaviour }>([
    { what: "408", behaviour: { do: "fail", status: 408 } },
    { what: "409", behaviour: { do: "fail", status: 409 } },
    { what: "500", behaviour: { do: "fail" } },
    { what: "a gateway's page", behaviour: { do: "page", status: 502 } },
    { what: "a reset", behaviour: { do: "reset" } },
    { what: "half a body, then the end", behaviour: { do: "half", ending: "close" } },
    { what: "half a body, then nothing", behaviour: { do: "half", ending: "stall" } },
    { what: "no answer", behaviour: { do: "hang" } },
    { what: "x-should-retry", behaviour: { do: "answer", status: 400, headers: { "x-should-retry": "true" } } },
  ])("helps after two failures: $what", ({ behaviour }) =>
    inWorld({ invites: manyInvites(2), client: () => ({ timeouts: { headers: 1000, body: 500 } }) }, async (world) => {
      const { api, server, clock, events } = world;
      server.next("invites", behaviour, 2);
      const { found } = await lookUpInvites(api, ["invite-0", "invite-1"]);
      expect(found.size).toBe(2);
      expect(api.requests).toBe(3);
      expect(clock.slept).toEqual([250, 500]);
      expect(events).toEqual([
        { type: "request", endpoint: "invites", count: 1, try: 1 },
        {
          type: "wait",
          endpoint: "invites",
          reason: "retry",
          seconds: 0.25,
        },
        { type: "request", endpoint: "invites", count: 2, try: 2 },
        {
          type: "wait",
          endpoint: "invites",
          reason: "retry",
          seconds: 0.5,
        },
        { type: "request", endpoint: "invites", count: 3, try: 3 },
        { type: "page", endpoint: "invites", page: 1, wanted: 0 },
      ]);
    }),
  );

  it("is not needed for a late answer before the timeout", () =>
    inWorld({ invites: manyInvites(2) }, async ({ api, server }) => {
      server.next("invites", { do: "late", ms: 150 });
      expect((await lookUpInvites(api, ["invite-0", "invite-1"])).found.size).toBe(2);
      expect(api.requests).toBe(1);
    }));

  it("waits for a 503's Retry-After", () =>
    inWorld({ invites: manyInvites(2) }, async ({ api, server, clock }) => {
      server.next("invites", { do: "fail", status: 503, headers: { "retry-after": "7" } });
      await lookUpInvites(api, ["invite-0", "invite-1"]);
      expect(clock.slept).toEqual([7000]);
    }));

  it("works with a server that restarts in the meantime", () =>
    inWorld({ invites: manyInvites(150) }, async ({ api, server, events }) => {
      server.next("invite", { do: "fail" });
      expect((await lookUpInvites(api, ["invite-149"])).found.size).toBe(1);
      await server.close();
      const { failed } = await lookUpInvites(api, ["invite-149"]);
      expect(failed.get("invite-149")?.message).toContain("refused the connection");
      expect(events.filter((event) => event.type === "request")).toHaveLength(2 + 5);
    }));
});

describe("too many requests", () => {
  it.each([
    { what: "Retry-After", behaviour: { headers: { "retry-after": "41" } }, wait: 41_000 },
    { what: "retry-after-ms", behaviour: { headers: { "retry-after-ms": "900" } }, wait: 900 },
    { what: "a date", behaviour: { headers: { "retry-after": "Sun, 22 Nov 2026 00:00:30 GMT" } }, wait: 30_000 },
    { what: "the message", behaviour: { message: "slow down and try again after 6.937 seconds." }, wait: 6937 },
    { what: "nothing", behaviour: {}, wait: 60_250 },
    { what: "zero", behaviour: { headers: { "retry-after": "0" } }, wait: 250 },
  ])("waits as long as $what says", ({ behaviour, wait }) =>
    inWorld({ invites: manyInvites(2) }, async ({ api, server, clock, events }) => {
      server.next("invites", { do: "too-many", ...behaviour });
      expect((await lookUpInvites(api, ["invite-0", "invite-1"])).found.size).toBe(2);
      expect(clock.slept).toEqual([wait]);
      expect(events[1]).toEqual({
        type: "wait",
        endpoint: "invites",
        reason: "rate-limit",
        seconds: wait / 1000,
      });
    }),
  );

  it("1,000 invites and members are looked up under seven requests a minute", () =>
    inWorld({ invites: manyInvites(1000), users: manyUsers(1000) }, async ({ api, server, clock }) => {
      server.limitTo(7);
      const start = clock.now();
      const ids = Array.from({ length: 1000 }, (_, i) => `invite-${i}`);
      expect((await lookUpInvites(api, ids)).found.size).toBe(1000);
      expect(server.requests).toHaveLength(11);
      const emails = Array.from({ length: 1000 }, (_, i) => `person${i}@example.com`);
      expect((await lookUpMembers(api, emails)).members.size).toBe(1000);
      expect(server.requests).toHaveLength(23);
      expect(clock.now() - start).toBeLessThan(3 * 60_000);
    }));

  it("single reads keep the pace that they have learned", () =>
    inWorld({ invites: manyInvites(40) }, async ({ api, server }) => {
      server.limitTo(7);
      for (let i = 0; i < 40; i += 1) {
        expect((await lookUpInvites(api, [`invite-${i}`])).found.size).toBe(1);
      }
      const refused = server.requests.filter(({ status }) => status === 429).length;
      expect(refused).toBeLessThanOrEqual(4);
      expect(server.requests).toHaveLength(40 + refused);
    }));

  it("fails at once when the requested wait ends after the deadline", () =>
    inWorld({ invites: manyInvites(2), client: (_, clock) => ({ deadline: clock.now() + 30_000 }) }, async (world) => {
      const { api, server, clock } = world;
      server.next("any", { do: "too-many", headers: { "retry-after": "90" } }, 2);
      const { failed } = await lookUpInvites(api, ["invite-0", "invite-1"]);
      expect(failed.get("invite-1")).toMatchObject({
        kind: "rate-limited",
        message: `rate-limited by OpenAI (429 rate_limit_exceeded) on GET ${server.url}/organization/invites: You're making too many requests, please slow down; the next retry is in 1 min 30 s, but only 30 s of --deadline remain`,
        hint: "Raise --deadline, or try again when nothing else uses the Admin API.",
        status: 429,
        requestId: "req_1",
      });
      expect(clock.slept).toEqual([]);
      // The learned pace delays later requests, too, without a request.
      const again = await lookUpInvites(api, ["invite-0", "invite-1"]);
      expect(again.failed.get("invite-0")?.kind).toBe("rate-limited");
      // One for the list and one for a single invite: they have separate limits.
      expect(api.requests).toBe(2);
    }));

  it("fails at once when the learned pace leaves no room", () =>
    inWorld({ invites: manyInvites(20), client: (_, clock) => ({ deadline: clock.now() + 70_000 }) }, async (world) => {
      const { api, server } = world;
      server.limitTo(2);
      const results = [];
      for (let i = 0; i < 5; i += 1) results.push(await lookUpInvites(api, [`invite-${i}`]));
      expect(results.map(({ found }) => found.size)).toEqual([1, 1, 1, 1, 0]);
      expect(results[4]?.failed.get("invite-4")).toMatchObject({
        kind: "rate-limited",
        message: `OpenAI's rate limit is reached before GET ${server.url}/organization/invites/invite-4; the next request is possible in 61 s, but only 10 s of --deadline remain`,
        hint: "Raise --deadline, or try again when nothing else uses the Admin API.",
      });
    }));

  it("does not wait for hours, even without a deadline", () =>
    inWorld({}, async ({ api, server, clock }) => {
      server.next("any", { do: "too-many", headers: { "retry-after": "7200" } }, 2);
      const { failed } = await lookUpInvites(api, ["a", "b"]);
      expect(failed.get("a")?.message).toMatch(/; the next retry is in 120 min( 1 s)?, which is too long$/);
      expect(clock.slept).toEqual([]);
    }));
});

describe("the deadline and Ctrl-C", () => {
  const stopped = { kind: "aborted", hint: "Run it again for the rest." };
  const late = { kind: "deadline", hint: "Raise --deadline, or try again when nothing else uses the Admin API." };

  it("stopped before the first request", () =>
    inWorld({}, async ({ api, server, abort }) => {
      abort.abort();
      const { failed } = await lookUpInvites(api, ["a", "b"]);
      expect(failed.get("b")).toMatchObject({
        ...stopped,
        message: `stopped before GET ${server.url}/organization/invites was answered`,
      });
      expect((await lookUpMembers(api, ["kim@x.org"])).failed.get("kim@x.org")).toMatchObject(stopped);
      expect(server.requests).toHaveLength(0);
    }));

  it.each<{ what: string; behaviour: Behaviour }>([
    { what: "waiting for an answer", behaviour: { do: "hang" } },
    { what: "reading a body", behaviour: { do: "half", ending: "stall" } },
  ])("stopped while $what", ({ behaviour }) =>
    inWorld({ invites: manyInvites(300) }, async ({ api, server, abort }) => {
      const ids = Array.from({ length: 300 }, (_, i) => `invite-${i}`);
      server.next("any", { do: "late", ms: 0 });
      server.next("any", behaviour);
      const looking = lookUpInvites(api, ids);
      await until(() => server.requests.length === 2);
      setTimeout(() => abort.abort(), 50);
      const { found, failed, missing } = await looking;
      expect([found.size, failed.size, missing.size]).toEqual([100, 200, 0]);
      expect(failed.get("invite-200")).toMatchObject(stopped);
    }),
  );

  it.each<{ what: string; behaviour: Behaviour }>([
    { what: "a wait for the limit", behaviour: { do: "too-many" } },
    { what: "a wait before another try", behaviour: { do: "fail", headers: { "retry-after": "50" } } },
  ])("stopped during $what, on the real clock", ({ behaviour }) =>
    inWorld({ client: () => ({ clock: systemClock }) }, async ({ api, server, abort, events }) => {
      server.next("any", behaviour);
      const looking = lookUpInvites(api, ["a", "b"]);
      await until(() => events.some(({ type }) => type === "wait"));
      abort.abort();
      expect((await looking).failed.get("a")).toMatchObject(stopped);
      expect(server.requests).toHaveLength(1);
    }),
  );

  it("the deadline passes while waiting for an answer", () =>
    inWorld({ client: () => ({ clock: systemClock, deadline: Date.now() + 100 }) }, async ({ api, server }) => {
      server.next("any", { do: "hang" });
      const { failed } = await lookUpInvites(api, ["a", "b"]);
      expect(failed.get("a")).toMatchObject({
        ...late,
        message: `--deadline passed before GET ${server.url}/organization/invites was answered`,
      });
    }));

  it("the deadline has passed already", () =>
    inWorld({ client: (_, clock) => ({ deadline: clock.now() }) }, async ({ api, server }) => {
      expect((await lookUpInvites(api, ["a"])).failed.get("a")).toMatchObject(late);
      expect(server.requests).toHaveLength(0);
    }));

  it("a signal that times out is the deadline too", () =>
    inWorld({ client: () => ({ signal: AbortSignal.timeout(100) }) }, async ({ api, server }) => {
      server.next("any", { do: "hang" });
      expect((await lookUpInvites(api, ["a"])).failed.get("a")).toMatchObject(late);
    }));
});

describe("what is sent", () => {
  it("names the program and the organization", () =>
    inWorld({ client: () => ({ organization: "org-1" }) }, async ({ api, server }) => {
      await lookUpInvites(api, ["a"]);
      expect(server.requests[0]).toMatchObject({ method: "GET", userAgent: "tfinvite/0.0.0", organization: "org-1" });
    }));

  it("looks up invites and members in parallel, one request per endpoint at a time", () =>
    inWorld({ invites: manyInvites(250), users: manyUsers(250) }, async ({ api }) => {
      const ids = Array.from({ length: 250 }, (_, i) => `invite-${i}`);
      const [one, two, members] = await Promise.all([
        lookUpInvites(api, ids),
        lookUpInvites(api, ids),
        lookUpMembers(api, ["person249@example.com"]),
      ]);
      expect([one.found.size, two.found.size, members.members.size]).toEqual([250, 250, 1]);
      expect(api.requests).toBe(8);
    }));

  it("closes its connections when closed, also those without an answer", async () => {
    const open = new Set<unknown>();
    const server = createServer((request, response) => {
      if (request.url?.endsWith("/users?limit=100")) return;
      response.setHeader("content-type", "application/json");
      response.end('{"data":[],"has_more":false}');
    }).on("connection", (socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await inWorld({ client: () => ({ baseUrl: new URL(`http://127.0.0.1:${port}/v1`) }) }, async ({ api }) => {
      await lookUpInvites(api, ["a", "b"]);
      const hanging = lookUpMembers(api, ["kim@x.org"]);
      await until(() => open.size === 2);
      await api.close();
      expect((await hanging).failed.get("kim@x.org")?.kind).toBe("network");
      await until(() => open.size === 0);
    });
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it("uses HTTPS_PROXY for another host, but not for this machine", async () => {
    const connects: string[] = [];
    const proxy = createServer().on("connect", (request, socket) => {
      connects.push(request.url ?? "");
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];
    const before = names.map((name) => [name, process.env[name]] as const);
    for (const name of names) delete process.env[name];
    process.env["HTTPS_PROXY"] = `http://127.0.0.1:${port}`;
    process.env["HTTP_PROXY"] = `http://127.0.0.1:${port}`;
    try {
      await inWorld({ client: () => ({ baseUrl: new URL("https://api.example.com/v1") }) }, async ({ api }) => {
        const { failed } = await lookUpInvites(api, ["a", "b"]);
        expect(failed.get("a")?.kind).toBe("network");
        expect(failed.get("a")?.message).toMatch(
          /^the connection failed \(\S+\) on GET https:\/\/api\.example\.com\/v1\/organization\/invites: .*407/,
        );
      });
      expect(connects).toEqual(["api.example.com:443"]);
      await inWorld({ invites: manyInvites(2) }, async ({ api }) => {
        expect((await lookUpInvites(api, ["invite-0"])).found.size).toBe(1);
      });
      expect(connects).toHaveLength(1);
      process.env["HTTPS_PROXY"] = "not a url: secret";
      await inWorld({ client: () => ({ baseUrl: new URL("https://api.example.com/v1") }) }, async ({ api }) => {
        const { failed } = await lookUpInvites(api, ["a"]);
        expect(failed.get("a")?.message).toBe(
          "the connection failed (bad proxy) on GET https://api.example.com/v1/organization/invites/a: the value of HTTPS_PROXY is not a proxy's URL",
        );
      });
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    }
  });
});

/** Waits until a condition is true. */
async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setTimeout(resolve, 5));
}
