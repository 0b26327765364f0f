import { describe, expect, it } from "vitest";
import { lookUpMembers } from "../../src/openai/members.js";
import { aUser } from "../stand-in/server.js";
import { inWorld, manyUsers } from "./setup.js";

const person = (n: number): string => `person${n}@example.com`;

describe("looking members up", () => {
  it("sends no request when no email is asked for", () =>
    inWorld({}, async ({ api, asked }) => {
      await lookUpMembers(api, []);
      expect(asked()).toEqual([]);
    }));

  it("decides about everyone by a single page, and ignores case", () =>
    inWorld(
      { users: [...manyUsers(50), aUser("user-x", "Carol@Example.com", 5, { name: null })] },
      async ({ api, asked }) => {
        const { members, absent, failed } = await lookUpMembers(api, [
          person(3),
          "CAROL@example.com",
          "Nobody@example.com",
        ]);
        expect([...members.keys()]).toEqual([person(3), "carol@example.com"]);
        expect(members.get("carol@example.com")).toEqual({
          id: "user-x",
          email: "Carol@Example.com",
          role: "reader",
          addedAt: 5,
        });
        expect([...absent]).toEqual(["nobody@example.com"]);
        expect(failed.size).toBe(0);
        expect(asked()).toEqual(["users?limit=100"]);
      },
    ));

  it("filters for those who are not on the first page, in both spellings, together with a known member", () =>
    inWorld({ users: manyUsers(900) }, async ({ api, server, asked }) => {
      const { members, absent } = await lookUpMembers(api, [person(3), "Person800@example.com", "nobody@example.com"]);
      expect([...members.keys()]).toEqual([person(3), person(800)]);
      expect([...absent]).toEqual(["nobody@example.com"]);
      expect(asked()).toHaveLength(2);
      expect(server.requests[1]?.query.getAll("emails[]")).toEqual([
        person(0),
        person(800),
        "Person800@example.com",
        "nobody@example.com",
      ]);
    }));

  it("finds a member by any given spelling, even with a case-sensitive filter", () =>
    inWorld({ users: [...manyUsers(300), aUser("user-x", "Kim@Example.com", 5)] }, async ({ api, server }) => {
      server.emailsFilter = "exact-case";
      expect(
        (await lookUpMembers(api, ["kim@example.com", "Kim@Example.com"])).members.get("kim@example.com")?.id,
      ).toBe("user-x");
      expect((await lookUpMembers(api, ["KIM@example.com"])).absent.has("kim@example.com")).toBe(true);
    }));

  it.each(["ignored", "refused", "matches-nothing"] as const)(
    "reads the list when the filter does not work: %s",
    (filter) =>
      inWorld({ users: manyUsers(350) }, async ({ api, server, asked }) => {
        server.emailsFilter = filter;
        const { members, absent, failed } = await lookUpMembers(api, [person(3), person(320), "nobody@example.com"]);
        expect([...members.keys()]).toEqual([person(3), person(320)]);
        expect([...absent]).toEqual(["nobody@example.com"]);
        expect(failed.size).toBe(0);
        expect(asked()).toEqual([
          "users?limit=100",
          expect.stringContaining("emails[]="),
          "users?limit=100&after=user-99",
          "users?limit=100&after=user-199",
          "users?limit=100&after=user-299",
        ]);
      }),
  );

  it("keeps the URLs short", () =>
    inWorld({ users: manyUsers(3000) }, async ({ api, server }) => {
      const long = "a".repeat(200);
      const wanted = Array.from({ length: 60 }, (_, i) => `${long}${i}@Example.com`);
      const { absent } = await lookUpMembers(api, wanted);
      expect(absent.size).toBe(60);
      for (const { query } of server.requests) expect(query.toString().length).toBeLessThan(6200);
      // 60 addresses in two spellings of 220 characters each are five requests, as many as the pages read before.
      expect(server.requests).toHaveLength(10);
    }));

  it("reads the list rather than many filtered requests", () =>
    inWorld({ users: manyUsers(350) }, async ({ api, asked }) => {
      const wanted = Array.from({ length: 1000 }, (_, i) => person(i));
      const { members, absent } = await lookUpMembers(api, wanted);
      expect([members.size, absent.size]).toEqual([350, 650]);
      expect(asked()).toHaveLength(4);
    }));

  it("accepts users without an email address, and reads a nested one", () =>
    inWorld({}, async ({ api, server }) => {
      server.next("users", {
        do: "answer",
        status: 200,
        body: {
          data: [
            { id: "u1", email: null, name: null, role: null, added_at: 1, is_service_account: true },
            { id: "u2", added_at: "12", user: { object: "user", id: "x", email: "Kim@x.org", name: "Kim" } },
          ],
          has_more: false,
        },
      });
      const { members, absent } = await lookUpMembers(api, ["kim@x.org", "lee@x.org"]);
      expect(members.get("kim@x.org")).toEqual({ id: "u2", email: "Kim@x.org", name: "Kim", addedAt: 12 });
      expect([...absent]).toEqual(["lee@x.org"]);
    }));

  it("does not call anyone absent when a user could not be parsed", () =>
    inWorld({ users: manyUsers(2) }, async ({ api, server }) => {
      const data = [server.users[0], { id: 5, email: "kim@x.org" }];
      server.next("users", { do: "answer", status: 200, body: { data, has_more: false } });
      const one = await lookUpMembers(api, [person(0), "kim@x.org", "lee@x.org"]);
      expect([[...one.members.keys()], [...one.absent], [...one.failed.keys()]]).toEqual([
        [person(0)],
        ["lee@x.org"],
        ["kim@x.org"],
      ]);
      server.next("users", { do: "answer", status: 200, body: { data: [...data, { id: 6 }], has_more: false } });
      const two = await lookUpMembers(api, [person(0), "lee@x.org"]);
      expect([[...two.members.keys()], [...two.absent], [...two.failed.keys()]]).toEqual([
        [person(0)],
        [],
        ["lee@x.org"],
      ]);
    }));

  it("sends no request for a text that is not an email address", () =>
    inWorld({}, async ({ api }) => {
      const { failed } = await lookUpMembers(api, ["  "]);
      expect(failed.get("")?.message).toBe("this is not an email address");
    }));
});
