import path from "node:path";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { rowsOf } from "../../src/invites/providers/identify.js";
import { AdminApi } from "../../src/openai/client.js";
import { lookUpInvites } from "../../src/openai/invites.js";
import { lookUpMembers } from "../../src/openai/members.js";
import { foldersWith } from "../support/recorded-folders.js";
import { anInvite, aUser, type StandIn, type StandInOptions, startStandIn } from "./server.js";

const recordings = path.join(import.meta.dirname, "../../fixtures/recordings");
const DAY = 24 * 3600;

async function withServer(options: StandInOptions, run: (server: StandIn) => Promise<void>): Promise<void> {
  const server = await startStandIn(options);
  try {
    await run(server);
  } finally {
    await server.close();
  }
}

/** One request as any client would send it; gives the status and the body. */
async function call(
  server: StandIn,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: string }> {
  const headers = { authorization: `Bearer ${server.key}`, "content-type": "application/json" };
  const text = body === undefined ? null : JSON.stringify(body);
  const response = await fetch(`${server.url}/organization/${path}`, { method, headers, body: text });
  return { status: response.status, body: await response.text() };
}

describe("the stand-in Admin API", () => {
  it.each(foldersWith("config/squads.tf", "state-created.tfstate", "api-invites.json", "api-users.json"))(
    "gives a recording's invites and members, with the times moved: $name",
    ({ name, source, version }) =>
      withServer({ recording: path.join(recordings, name), sentAgo: 2 * DAY }, async (server) => {
        const signal = new AbortController().signal;
        const api = new AdminApi({ baseUrl: new URL(server.url), key: server.key, userAgent: "t", signal });
        const ids = server.invites.map((invite) => invite.id);
        const { found } = await lookUpInvites(api, ids);
        const emails = [...found.values()].map(({ email }) => email);
        const { members, absent } = await lookUpMembers(api, emails);
        await api.close();

        const byEmail = new Map([...found.values()].map((invite) => [invite.email, invite]));
        const statuses = [...byEmail]
          .filter(([, { status }]) => status === "accepted")
          .map(([email]) => email.replace(/@.*/, ""));
        expect(statuses.sort()).toEqual(["alice", "contractor1", "dan", "kim", "o'neil", "sam"]);
        expect(byEmail.get("contractor0@example.com")?.status).toBe("expired");
        expect(byEmail.get("Carol@Example.com")?.status).toBe("pending");
        expect(members.get("carol@example.com")?.email).toBe("Carol@Example.com");
        expect([members.size, absent.size]).toEqual([7, 5]);
        const age = Date.now() / 1000 - (byEmail.get("bob@example.com")?.sentAt ?? 0);
        expect(Math.round(age / DAY)).toBe(2);
        // As many as the provider can send, or has to.
        const [row] = rowsOf(source).filter(({ versions }) => semver.satisfies(version, versions));
        const projects = ["bob", "sam"].map((person) => byEmail.get(`${person}@example.com`)?.projects.length);
        const always = row?.projects === "required-block" ? 1 : 0;
        expect(projects).toEqual([always, row?.projects === "none" ? 0 : 1]);
        expect(api.requests).toBe(2);
      }),
  );

  it("sends and deletes invites, and refuses what the API refuses", () =>
    withServer({ users: [aUser("user-1", "Kim@Example.com", 1)] }, async (server) => {
      expect((await call(server, "POST", "invites", { email: "lee@x.org", role: "reader" })).status).toBe(200);
      const id = server.invites[0]?.id ?? "";
      expect(await call(server, "POST", "invites", { email: "kim@example.com", role: "reader" })).toMatchObject({
        status: 400,
        body: expect.stringContaining("already exists in this organization"),
      });
      expect((await call(server, "POST", "invites", { email: "lee@x.org", role: "admin" })).status).toBe(400);
      server.accept(id);
      expect(await call(server, "DELETE", `invites/${id}`)).toMatchObject({
        status: 400,
        body: expect.stringContaining("already accepted"),
      });
      expect((await call(server, "GET", "users")).body).toContain("lee@x.org");
      server.removeMember("lee@x.org");
      expect((await call(server, "GET", "users")).body).not.toContain("lee@x.org");
      expect((await call(server, "GET", `invites/${id}`)).body).toContain('"accepted"');
      expect(await call(server, "GET", "invites/gone")).toMatchObject({
        status: 404,
        body: expect.stringContaining('"error"'),
      });
      expect((await call(server, "GET", "elsewhere")).status).toBe(404);
    }));

  it("lets the status lag, expire, and revokes", () =>
    withServer(
      { invites: [anInvite("a", "a@x.org", 1), anInvite("b", "b@x.org", 1), anInvite("c", "c@x.org", 1)] },
      async (server) => {
        server.acceptButLag("a");
        server.expire("b");
        server.revoke("c");
        expect((await call(server, "GET", "invites/a")).body).toContain('"pending"');
        expect((await call(server, "GET", "users?emails[]=A@x.org")).body).toContain("a@x.org");
        expect((await call(server, "GET", "invites/b")).body).toContain('"expired"');
        expect((await call(server, "GET", "invites/c")).status).toBe(404);
        expect(server.requests.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
          "GET /v1/organization/invites/a 200",
          "GET /v1/organization/users 200",
          "GET /v1/organization/invites/b 200",
          "GET /v1/organization/invites/c 404",
        ]);
      },
    ));

  it("answers the next requests as configured, and refuses above a limit", () =>
    withServer({}, async (server) => {
      server.next("users", { do: "fail" });
      expect((await call(server, "GET", "invites")).status).toBe(200);
      expect((await call(server, "GET", "users")).status).toBe(500);
      expect((await call(server, "GET", "users")).status).toBe(200);
      server.limitTo(2);
      const statuses: number[] = [];
      for (let i = 0; i < 3; i += 1) statuses.push((await call(server, "GET", "invites")).status);
      expect(statuses).toEqual([200, 200, 429]);
    }));
});
