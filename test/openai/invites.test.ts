import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookUpInvites } from "../../src/openai/invites.js";
import { anInvite } from "../stand-in/server.js";
import { inWorld, manyInvites } from "./setup.js";

describe("looking invites up", () => {
  it("sends no request without ids", () =>
    inWorld({}, async ({ api, asked }) => {
      const { found, missing, failed } = await lookUpInvites(api, []);
      expect([found.size, missing.size, failed.size]).toEqual([0, 0, 0]);
      expect(asked()).toEqual([]);
    }));

  it("asks for one by its id", () =>
    inWorld({ invites: manyInvites(250) }, async ({ api, server, asked }) => {
      const { found } = await lookUpInvites(api, ["invite-240"]);
      expect(found.get("invite-240")).toEqual({
        id: "invite-240",
        email: "person240@example.com",
        role: "reader",
        status: "pending",
        sentAt: server.invites[240]?.created_at,
        expiresAt: server.invites[240]?.expires_at,
        projects: [],
      });
      expect(asked()).toEqual(["invites/invite-240"]);
      expect(server.requests[0]?.userAgent).toBe("tfinvite/0.0.0");
      expect(server.requests[0]?.organization).toBeUndefined();
      expect(api.requests).toBe(1);
    }));

  it("takes the API's own 404 for missing", () =>
    inWorld({}, async ({ api }) => {
      const result = await lookUpInvites(api, ["invite-gone"]);
      expect([...result.missing]).toEqual(["invite-gone"]);
    }));

  it("reads one page for many", () =>
    inWorld({ invites: manyInvites(100) }, async ({ api, asked }) => {
      const result = await lookUpInvites(api, ["invite-3", "invite-99", "invite-3"]);
      expect([...result.found.keys()]).toEqual(["invite-3", "invite-99"]);
      expect((await result.list()).invites).toHaveLength(100);
      expect(asked()).toEqual(["invites?limit=100"]);
    }));

  it("fails an id whose rows contradict each other; the same row twice counts once", () =>
    inWorld({ invites: manyInvites(100) }, async ({ api, server }) => {
      const twice = (body: { readonly data: readonly object[] }) => {
        const [first, second, ...rest] = body.data;
        return { ...body, data: [first, second, ...rest, { ...first, status: "accepted" }, second] };
      };
      server.next("invites", { do: "change", with: (body) => twice(body as Parameters<typeof twice>[0]) });
      const { found, failed } = await lookUpInvites(api, ["invite-0", "invite-1", "invite-2"]);
      expect([...found.keys()]).toEqual(["invite-1", "invite-2"]);
      expect(failed.get("invite-0")?.message).toContain('two rows have the id "invite-0"');
    }));

  it("reports one as missing because of the API's own 404, not because the list lacks it", () =>
    inWorld({ invites: manyInvites(100) }, async ({ api, server, asked }) => {
      // The list misses it, as when pages shift.
      server.next("invites", { do: "change", with: (body) => ({ ...body, data: server.invites.slice(0, 99) }) });
      const result = await lookUpInvites(api, ["invite-3", "invite-99"]);
      expect([...result.found.keys()]).toEqual(["invite-3", "invite-99"]);
      expect(asked()).toEqual(["invites?limit=100", "invites/invite-99"]);
    }));

  it("reports many as missing after two readings of the list, when single requests would cost more", () =>
    inWorld({ invites: manyInvites(100) }, async ({ api, server, asked }) => {
      server.next("invites", { do: "change", with: (body) => ({ ...body, data: server.invites.slice(0, 99) }) });
      const result = await lookUpInvites(api, ["invite-3", "invite-99", "gone-1", "gone-2"]);
      expect([...result.found.keys()]).toEqual(["invite-3", "invite-99"]);
      expect([...result.missing]).toEqual(["gone-1", "gone-2"]);
      expect(asked()).toEqual(["invites?limit=100", "invites?limit=100"]);
    }));

  it("reports nothing as missing when the second reading fails, except by single reads", () =>
    inWorld({ invites: manyInvites(100) }, async ({ api, server, asked }) => {
      server.next("invites", { do: "late", ms: 0 });
      server.next("invites", { do: "fail" }, 5);
      server.next("invite", { do: "late", ms: 0 });
      server.next("invite", { do: "fail" }, 10);
      const result = await lookUpInvites(api, ["gone-1", "gone-2", "gone-3"]);
      expect([...result.missing]).toEqual(["gone-1"]);
      expect([...result.failed].map(([id, { kind }]) => [id, kind])).toEqual([
        ["gone-2", "server"],
        ["gone-3", "server"],
      ]);
      expect(asked()[6]).toBe("invites/gone-1");
    }));

  it("stops paging as soon as everything is found, unless the whole list is requested", () =>
    inWorld({ invites: manyInvites(250) }, async ({ api, asked }) => {
      const result = await lookUpInvites(api, ["invite-3", "invite-7", "invite-150", "invite-160"]);
      expect(result.found.size).toBe(4);
      expect(asked()).toEqual(["invites?limit=100", "invites?limit=100&after=invite-99"]);
      const list = await result.list();
      expect([list.invites.length, list.problem, await result.list()]).toEqual([250, undefined, list]);
      expect(asked().slice(2)).toEqual(["invites?limit=100&after=invite-199"]);
    }));

  it("changes to single reads when they are fewer than the pages read", () =>
    inWorld({ invites: manyInvites(1000) }, async ({ api, asked }) => {
      const result = await lookUpInvites(api, ["invite-3", "invite-950", "invite-gone"]);
      expect([...result.found.keys()]).toEqual(["invite-3", "invite-950"]);
      expect([...result.missing]).toEqual(["invite-gone"]);
      expect(asked()).toEqual([
        "invites?limit=100",
        "invites?limit=100&after=invite-99",
        "invites/invite-950",
        "invites/invite-gone",
      ]);
    }));

  it("sends no further requests for an id that OpenAI cannot have created", () =>
    inWorld({ invites: manyInvites(3) }, async ({ api, asked }) => {
      const result = await lookUpInvites(api, [
        "",
        "..",
        ".",
        "a b",
        "invite-é",
        "existing-user-kim@example.com",
        "a/b?c#d",
      ]);
      expect([...result.failed.keys()]).toEqual(["", "..", ".", "a b", "invite-é"]);
      expect(result.failed.get("..")).toEqual({
        kind: "bad-input",
        message: "this id is not one that OpenAI gives",
        hint: "See where it comes from; an invite's id looks like invite-abc123.",
      });
      expect([...result.missing]).toEqual(["existing-user-kim@example.com", "a/b?c#d"]);
      expect(asked()).toEqual(["invites?limit=100", "invites?limit=100"]);
      await lookUpInvites(api, ["a/b?c#d"]);
      expect(asked()[2]).toBe("invites/a%2Fb%3Fc%23d");
    }));

  it("finds the same over HTTP, for any invites and any ids, within the limit of requests", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 350 }),
        fc.uniqueArray(fc.nat(400), { maxLength: 6 }),
        async (count, wanted) =>
          inWorld({ invites: manyInvites(count) }, async ({ api }) => {
            const { found, missing, failed } = await lookUpInvites(
              api,
              wanted.map((n) => `invite-${n}`),
            );
            expect([...found.keys()].sort()).toEqual(
              wanted
                .filter((n) => n < count)
                .map((n) => `invite-${n}`)
                .sort(),
            );
            expect(found.size + missing.size).toBe(wanted.length);
            expect(failed.size).toBe(0);
            expect(api.requests).toBeLessThanOrEqual(2 * Math.min(wanted.length, Math.max(1, Math.ceil(count / 100))));
          }),
      ),
      { numRuns: 40 },
    );
  });
});

describe("tolerance", () => {
  it("reads old names, nulls, numbers as text, unknown values and unknown keys", () =>
    inWorld({}, async ({ api, server }) => {
      server.next("invites", {
        do: "answer",
        status: 200,
        body: {
          data: [
            {
              id: "a",
              email: "a@x",
              role: "reader",
              status: "pending",
              invited_at: 5,
              expires_at: "99",
              extra: { deep: [1] },
            },
            {
              id: "b",
              email: "b@x",
              role: "billing",
              status: "declined",
              created_at: 7,
              invited_at: 5,
              accepted_at: null,
              projects: null,
            },
            {
              id: "c",
              email: "c@x",
              role: "owner",
              status: "accepted",
              projects: [{ id: "p", role: "member" }, { id: "q" }],
            },
          ],
          has_more: false,
        },
      });
      const { found } = await lookUpInvites(api, ["a", "b", "c"]);
      expect([...found.values()]).toEqual([
        { id: "a", email: "a@x", role: "reader", status: "pending", sentAt: 5, expiresAt: 99, projects: [] },
        { id: "b", email: "b@x", role: "billing", status: "declined", sentAt: 7, projects: [] },
        {
          id: "c",
          email: "c@x",
          role: "owner",
          status: "accepted",
          projects: [{ id: "p", role: "member" }, { id: "q" }],
        },
      ]);
    }));

  it("uses the last element's id when last_id is null", () =>
    inWorld({ invites: manyInvites(250) }, async ({ api, server, asked }) => {
      server.next("invites", { do: "change", with: (body) => ({ ...body, last_id: null, first_id: null }) }, 2);
      const { found } = await lookUpInvites(
        api,
        Array.from({ length: 250 }, (_, i) => `invite-${i}`),
      );
      expect(found.size).toBe(250);
      expect(asked()).toEqual([
        "invites?limit=100",
        "invites?limit=100&after=invite-99",
        "invites?limit=100&after=invite-199",
      ]);
    }));

  it("reads on until an empty page when has_more is absent", () =>
    inWorld({ invites: manyInvites(150) }, async ({ api, server }) => {
      server.next("invites", { do: "change", with: ({ has_more: _, ...body }) => body }, 9);
      const ids = ["invite-1", "invite-140", "gone-1", "gone-2", "gone-3", "gone-4"];
      const result = await lookUpInvites(api, ids);
      expect([...result.missing]).toEqual(["gone-1", "gone-2", "gone-3", "gone-4"]);
      expect(server.requests).toHaveLength(6);
    }));

  it("skips one malformed element, not its page; only ids that it may have had fail", () =>
    inWorld({ invites: manyInvites(5) }, async ({ api, server }) => {
      server.next("invites", {
        do: "change",
        with: (body) => ({
          ...body,
          data: server.invites.map((invite, i) => (i === 3 ? { ...invite, email: 7 } : invite)),
        }),
      });
      const result = await lookUpInvites(api, ["invite-2", "invite-3", "gone"]);
      expect([...result.found.keys()]).toEqual(["invite-2"]);
      expect([...result.missing]).toEqual(["gone"]);
      expect(result.failed.get("invite-3")?.message).toBe(
        `the answer of GET ${server.url}/organization/invites is not what the Admin API documents: data[3].email: Invalid input: expected string, received number`,
      );
    }));

  it("reports nothing as missing beside an element without a readable id, except by single reads", () =>
    inWorld({}, async ({ api, server }) => {
      const data = [anInvite("a", "a@x", 1), { id: 5 }, null];
      server.next("invites", { do: "answer", status: 200, body: { data, has_more: false } });
      server.next("invite", { do: "late", ms: 0 });
      server.next("invite", { do: "answer", status: 200, body: {} }, 2);
      const result = await lookUpInvites(api, ["a", "b", "c", "d"]);
      expect([...result.found.keys()]).toEqual(["a"]);
      expect([...result.missing]).toEqual(["b"]);
      expect([...result.failed].map(([id, error]) => [id, error.kind])).toEqual([
        ["c", "unexpected-answer"],
        ["d", "unexpected-answer"],
      ]);
      expect((await result.list()).problem?.kind).toBe("unexpected-answer");
    }));

  it.each([
    {
      what: "a repeated cursor",
      with: (body: Record<string, unknown>) => ({ ...body, last_id: "invite-99", has_more: true }),
      requests: 2,
      problem: "last_id is that of an earlier page, so the list goes in a circle",
    },
    {
      what: "no cursor",
      with: () => ({ data: [], last_id: null, has_more: true }),
      requests: 1,
      problem: "has_more is true, yet nothing says where the next page begins",
    },
  ])("requests each invite when the list cannot be followed, and keeps what was found: $what", (given) =>
    inWorld({ invites: manyInvites(300) }, async ({ api, server }) => {
      server.next("invites", { do: "change", with: given.with }, 9);
      server.next("invite", { do: "late", ms: 0 }, 7);
      server.next("invite", { do: "fail", status: 503 }, 10);
      const ids = Array.from({ length: 20 }, (_, i) => `invite-${i * 20}`);
      const result = await lookUpInvites(api, ids);
      const failed = ids.slice(given.requests === 2 ? 17 : 7);
      expect(server.requests.filter(({ path }) => path.endsWith("/invites"))).toHaveLength(given.requests);
      expect([...result.found.keys(), ...result.missing]).toEqual(ids.filter((id) => !failed.includes(id)));
      const problem = {
        kind: "unexpected-answer",
        message: `the answer of GET ${server.url}/organization/invites is not what the Admin API documents: ${given.problem}`,
        hint: `Check that OPENAI_BASE_URL (${server.url}) is OpenAI's own API.`,
        status: 200,
        requestId: `req_${given.requests}`,
      };
      expect([...result.failed]).toEqual(failed.map((id) => [id, problem]));
      expect((await result.list()).problem).toEqual(problem);
    }),
  );

  it("gives up on a list of more than a thousand pages", () =>
    inWorld({}, async ({ api, server }) => {
      let n = 0;
      server.next("invites", { do: "change", with: () => ({ data: [], last_id: `x${++n}`, has_more: true }) }, 1100);
      const { problem } = await (await lookUpInvites(api, [])).list();
      expect(server.requests).toHaveLength(1000);
      expect(problem?.message).toContain("the list does not end after 1000 pages");
    }));

  it("does not take another invite for the one asked for", () =>
    inWorld({ invites: manyInvites(2) }, async ({ api, server }) => {
      server.next("invite", { do: "change", with: (body) => ({ ...body, id: "invite-1" }) });
      const result = await lookUpInvites(api, ["invite-0"]);
      expect(result.failed.get("invite-0")?.message).toContain("id: it is that of another invite");
    }));

  it("one invite that fails does not make the others fail", () =>
    inWorld({ invites: manyInvites(400) }, async ({ api, server }) => {
      server.next("invite", { do: "fail" }, 5);
      const result = await lookUpInvites(api, ["invite-1", "invite-150", "invite-390", "invite-391"]);
      expect([...result.failed].map(([id, error]) => [id, error.kind])).toEqual([["invite-390", "server"]]);
      expect([...result.found.keys()]).toEqual(["invite-1", "invite-150", "invite-391"]);
    }));
});
