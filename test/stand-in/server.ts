import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Behaviour, behave, errorBody, type Proper, type StandInEndpoint, sendJson } from "./behaviour.js";
import { anInvite, aUser, readRecording, type StandInInvite, type StandInUser } from "./state.js";

export type { Behaviour, StandInEndpoint } from "./behaviour.js";
export { anInvite, aUser, readRecording, type StandInInvite, type StandInUser } from "./state.js";

export interface StandInOptions {
  /** A folder with `api-invites.json` and `api-users.json`. */
  readonly recording?: string;
  /** Move the recording's times so that its last invite was sent this many seconds ago. Without it they stay. */
  readonly sentAgo?: number;
  readonly invites?: readonly StandInInvite[];
  readonly users?: readonly StandInUser[];
  /** The only key that is let in, but for those of `others`. */
  readonly key?: string;
  /** Other organizations at the same address, each with a key of its own. */
  readonly others?: readonly StandIn[];
  /** The server's time in milliseconds, by which the window of `limitTo` is measured. */
  readonly now?: () => number;
  readonly port?: number;
  readonly wording?: Partial<StandInWording>;
}

/** The texts of refusals: OpenAI's own were never recorded. A missing code is null. */
export interface StandInWording {
  readonly deleteAccepted: StandInRefusal;
  readonly inviteMember: StandInRefusal;
  /** A second invite while one is pending. Undefined: it is sent. */
  readonly inviteAgain: StandInRefusal | undefined;
}

export interface StandInRefusal {
  readonly message: string;
  readonly code?: string;
}

const WORDING: StandInWording = {
  deleteAccepted: { message: "The invite was already accepted and cannot be deleted." },
  inviteMember: { message: "The user already exists in this organization." },
  inviteAgain: undefined,
};

export interface StandInRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string | undefined;
  readonly organization: string | undefined;
  /** Milliseconds, by the server's time. */
  readonly at: number;
  /** What it was answered with; absent where it was left without an answer. */
  readonly status: number | undefined;
}

/** How the users' `emails` filter compares: it may also be ignored, or refused with 400. */
export type EmailsFilter = "any-case" | "exact-case" | "ignored" | "refused" | "matches-nothing";

export interface StandIn {
  /** With /v1, for OPENAI_BASE_URL. */
  readonly url: string;
  readonly key: string;
  readonly requests: readonly StandInRequest[];
  /** In the order in which they are listed. */
  readonly invites: StandInInvite[];
  readonly users: StandInUser[];
  emailsFilter: EmailsFilter;
  /** What a sent invite is answered with: OpenAI answered 201 until December 2025, and 200 since. */
  sentStatus: 200 | 201;
  /** Answer the next `count` requests to an endpoint in this way. */
  next(endpoint: StandInEndpoint, behaviour: Behaviour, count?: number): void;
  /** Answer 429 above this many requests to one endpoint within a window of milliseconds (default a minute). */
  limitTo(count: number | undefined, windowMs?: number): void;
  /** A person accepts: the invite says so, and there is a member. */
  accept(id: string): void;
  /** A person accepts, but the invite still says `pending`. */
  acceptButLag(id: string): void;
  /** The week is over. */
  expire(id: string): void;
  /** An owner takes the invite back. */
  revoke(id: string): void;
  /** An owner removes a member; the invite stays as it was. */
  removeMember(email: string): void;
  close(): Promise<void>;
}

export const STAND_IN_KEY = "sk-admin-stand-in-0123456789abcdefghij";

/**
 * Starts a stand-in for OpenAI's Admin API on loopback: invites (list, get, send, delete) and users (list with the
 * `emails` filter, get, remove), as the public reference describes them, and awkward on demand.
 */
export function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const now = options.now ?? (() => Date.now());
  const key = options.key ?? STAND_IN_KEY;
  const wording = { ...WORDING, ...options.wording };
  const refusal = ({ message, code }: StandInRefusal): Proper => ({ status: 400, body: errorBody(message, code) });
  const seconds = (): number => Math.floor(now() / 1000);
  const sentAt = options.sentAgo === undefined ? undefined : seconds() - options.sentAgo;
  const recorded =
    options.recording === undefined ? { invites: [], users: [] } : readRecording(options.recording, sentAt);
  const invites: StandInInvite[] = [...recorded.invites, ...(options.invites ?? [])].map((invite) => ({ ...invite }));
  const users: StandInUser[] = [...recorded.users, ...(options.users ?? [])].map((user) => ({ ...user }));
  const requests: StandInRequest[] = [];
  const queue: { endpoint: StandInEndpoint; behaviour: Behaviour }[] = [];
  const through = new Map<string, number[]>();
  let limit: { count: number; windowMs: number } | undefined;
  let lastId = 1000;
  /** Accepted invites that still say `pending`. Among the given ones, only a member added since shows this. */
  const lagging = new Set(
    invites
      .filter(({ status, email, created_at, id }) => {
        const others = invites.filter((other) => other.id !== id && same(other.email, email));
        const joined = users.some((user) => same(user.email, email) && user.added_at >= created_at);
        return status === "pending" && joined && !others.some((other) => other.status === "accepted");
      })
      .map(({ id }) => id),
  );

  const find = (id: string): StandInInvite => {
    const invite = invites.find((one) => one.id === id);
    if (invite === undefined) throw new Error(`there is no invite ${id}`);
    return invite;
  };
  const isMember = (email: string): boolean => users.some((user) => same(user.email, email));
  const join = (invite: StandInInvite): void => {
    lastId += 1;
    users.push(aUser(`user-${lastId}`, invite.email, seconds(), { role: invite.role }));
  };

  const standIn = {
    key,
    requests,
    invites,
    users,
    emailsFilter: "any-case" as EmailsFilter,
    sentStatus: 200 as 200 | 201,
    next(endpoint: StandInEndpoint, behaviour: Behaviour, count = 1): void {
      for (let i = 0; i < count; i += 1) queue.push({ endpoint, behaviour });
    },
    limitTo(count: number | undefined, windowMs = 60_000): void {
      limit = count === undefined ? undefined : { count, windowMs };
    },
    accept(id: string): void {
      const invite = find(id);
      invite.status = "accepted";
      invite.accepted_at = seconds();
      join(invite);
    },
    acceptButLag(id: string): void {
      join(find(id));
      lagging.add(id);
    },
    expire(id: string): void {
      const invite = find(id);
      invite.status = "expired";
      invite.expires_at = seconds() - 1;
    },
    revoke(id: string): void {
      invites.splice(invites.indexOf(find(id)), 1);
    },
    removeMember(email: string): void {
      const at = users.findIndex((user) => same(user.email, email));
      if (at >= 0) users.splice(at, 1);
    },
  };

  /** The proper answer, by the documentation. */
  const answer = (method: string, path: string, query: URLSearchParams, body: unknown): Proper => {
    const [, kind, rawId] = /^\/v1\/organization\/(invites|users)(?:\/([^/]+))?$/.exec(path) ?? [];
    const id = rawId === undefined ? undefined : decodeURIComponent(rawId);
    if (kind === undefined) {
      return { status: 404, body: errorBody(`Invalid URL (${method} ${path})`, "unknown_url") };
    }
    if (kind === "users") return answerUsers(method, id, query);
    if (id === undefined && method === "GET") return { status: 200, body: listPage(invites, query) };
    if (id === undefined && method === "POST") return send(body);
    const invite = invites.find((one) => one.id === id);
    if (invite === undefined)
      return { status: 404, body: errorBody(`No invite found with id '${id ?? ""}'.`, "not_found") };
    if (method === "GET") return { status: 200, body: invite };
    if (method !== "DELETE") return { status: 405, body: errorBody(`Not allowed to ${method} ${path}.`) };
    // Of a member whose invite still says pending, only the words lag behind. An expired one was never accepted.
    const accepted = invite.status === "accepted" || (invite.status === "pending" && lagging.has(invite.id));
    if (accepted) return refusal(wording.deleteAccepted);
    invites.splice(invites.indexOf(invite), 1);
    return { status: 200, body: { object: "organization.invite.deleted", id: invite.id, deleted: true } };
  };

  const answerUsers = (method: string, id: string | undefined, query: URLSearchParams): Proper => {
    if (id !== undefined) {
      const at = users.findIndex((user) => user.id === id);
      if (at < 0) return { status: 404, body: errorBody(`No user found with id '${id}'.`, "not_found") };
      if (method === "GET") return { status: 200, body: users[at] };
      users.splice(at, 1);
      return { status: 200, body: { object: "organization.user.deleted", id, deleted: true } };
    }
    const emails = [...query.getAll("emails[]"), ...query.getAll("emails")];
    if (emails.length === 0 || standIn.emailsFilter === "ignored") return { status: 200, body: listPage(users, query) };
    if (standIn.emailsFilter === "refused")
      return { status: 400, body: errorBody("Unknown parameter: 'emails[]'.", "unknown_parameter") };
    const chosen = users.filter((user) => {
      if (user.email === null || standIn.emailsFilter === "matches-nothing") return false;
      if (standIn.emailsFilter === "exact-case") return emails.includes(user.email);
      return emails.some((email) => same(user.email, email));
    });
    return { status: 200, body: listPage(chosen, query) };
  };

  const send = (body: unknown): Proper => {
    const email: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "email") : undefined;
    const role: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "role") : undefined;
    const projects: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "projects") : undefined;
    if (typeof email !== "string" || !email.includes("@")) return { status: 400, body: errorBody("Invalid 'email'.") };
    if (role !== "reader" && role !== "owner") return { status: 400, body: errorBody("Invalid 'role'.") };
    if (isMember(email)) return refusal(wording.inviteMember);
    const pending = invites.some((invite) => invite.status === "pending" && same(invite.email, email));
    if (pending && wording.inviteAgain !== undefined) return refusal(wording.inviteAgain);
    lastId += 1;
    const given = Array.isArray(projects)
      ? projects.map(({ id, role }) => ({ id: String(id), role: String(role) }))
      : [];
    const invite = anInvite(`invite-${lastId}`, email, seconds(), { role, projects: given });
    invites.unshift(invite);
    return { status: standIn.sentStatus, body: invite };
  };

  const overLimit = (endpoint: string, at: number): boolean => {
    if (limit === undefined) return false;
    const { count, windowMs } = limit;
    const recent = (through.get(endpoint) ?? []).filter((one) => one > at - windowMs);
    if (recent.length >= count) return true;
    through.set(endpoint, [...recent, at]);
    return false;
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = now();
    const url = new URL(request.url ?? "/", "http://stand-in");
    const method = request.method ?? "GET";
    const logged = {
      method,
      path: url.pathname,
      query: url.searchParams,
      userAgent: request.headers["user-agent"],
      organization: request.headers["openai-organization"]?.toString(),
      at,
      status: undefined as number | undefined,
    };
    requests.push(logged);
    response.on("finish", () => {
      logged.status = response.statusCode;
    });
    response.setHeader("x-request-id", `req_${requests.length}`);
    response.setHeader("date", new Date(at).toUTCString());
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString("utf8");

    const given = request.headers.authorization?.replace(/^Bearer /, "") ?? "";
    const other = options.others?.find((one) => one.key === given);
    if (other !== undefined) {
      const headers = { authorization: `Bearer ${given}` };
      const passed = await fetch(`${other.url}${url.pathname.slice("/v1".length)}${url.search}`, { method, headers });
      return sendJson(response, { status: passed.status, body: await passed.json() });
    }
    if (given !== key) {
      const masked = given.length < 12 ? "***" : `${given.slice(0, 9)}${"*".repeat(12)}${given.slice(-4)}`;
      const message = `Incorrect API key provided: ${masked}. You can find your API key at https://platform.openai.com/account/api-keys.`;
      sendJson(response, { status: 401, body: errorBody(message, "invalid_api_key") });
      return;
    }
    const endpoint = endpointOf(url.pathname);
    const index = queue.findIndex((one) => one.endpoint === "any" || one.endpoint === endpoint);
    if (overLimit(endpoint, at)) {
      behave({ do: "too-many" }, response, { status: 429, body: {} });
    } else if (index >= 0) {
      const [{ behaviour } = { behaviour: undefined }] = queue.splice(index, 1);
      const proper = answer(method, url.pathname, url.searchParams, parse(text));
      if (behaviour !== undefined) behave(behaviour, response, proper);
    } else {
      sendJson(response, answer(method, url.pathname, url.searchParams, parse(text)));
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      resolve(
        Object.assign(standIn, {
          url: `http://127.0.0.1:${port}/v1`,
          close: () =>
            new Promise<void>((done) => {
              server.close(() => done());
              server.closeAllConnections();
            }),
        }),
      );
    });
  });
}

function endpointOf(path: string): string {
  if (path.endsWith("/organization/invites")) return "invites";
  if (path.includes("/organization/invites/")) return "invite";
  return path.includes("/organization/users") ? "users" : path;
}

function listPage<T extends { readonly id: string }>(all: readonly T[], query: URLSearchParams): unknown {
  const limit = Math.min(100, Math.max(1, Number(query.get("limit") ?? 20)));
  const after = query.get("after");
  const from = after === null ? 0 : all.findIndex((one) => one.id === after) + 1;
  const data = all.slice(from, from + limit);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < all.length,
  };
}

function same(one: string | null, other: string): boolean {
  return one !== null && one.toLowerCase() === other.toLowerCase();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
