import { AdminApi, type AdminApiOptions, type LookUpEvent } from "../../src/openai/client.js";
import {
  anInvite,
  aUser,
  type StandIn,
  type StandInInvite,
  type StandInOptions,
  type StandInUser,
  startStandIn,
} from "../stand-in/server.js";
import { type VirtualClock, virtualClock } from "../stand-in/virtual-clock.js";

/** A stand-in server and a client of it on one virtual clock. */
export interface World {
  readonly server: StandIn;
  readonly api: AdminApi;
  readonly clock: VirtualClock;
  readonly events: LookUpEvent[];
  readonly abort: AbortController;
  /** The requests so far, e.g. `invites?limit=100`. */
  asked(): string[];
}

/** Runs a test with its own server and client, and closes them. */
export async function inWorld(
  options: StandInOptions & { readonly client?: (server: StandIn, clock: VirtualClock) => Partial<AdminApiOptions> },
  run: (world: World) => Promise<void>,
): Promise<void> {
  const clock = virtualClock();
  const server = await startStandIn({ now: clock.now, ...options });
  const events: LookUpEvent[] = [];
  const abort = new AbortController();
  const api = new AdminApi({
    baseUrl: new URL(server.url),
    key: server.key,
    userAgent: "tfinvite/0.0.0",
    signal: abort.signal,
    clock,
    random: () => 0.5,
    onEvent: (event) => events.push(event),
    ...options.client?.(server, clock),
  });
  const asked = (): string[] =>
    server.requests.map(({ path, query }) => {
      const text = decodeURIComponent(query.toString());
      return path.replace("/v1/organization/", "") + (text === "" ? "" : `?${text}`);
    });
  try {
    await run({ server, api, clock, events, abort, asked });
  } finally {
    await api.close();
    await server.close();
  }
}

const SENT = Date.UTC(2026, 10, 20) / 1000;

/** `invite-0` … in listing order. */
export function manyInvites(count: number): StandInInvite[] {
  return Array.from({ length: count }, (_, i) => anInvite(`invite-${i}`, `person${i}@example.com`, SENT - i));
}

/** `person0@example.com` … in listing order. */
export function manyUsers(count: number): StandInUser[] {
  return Array.from({ length: count }, (_, i) => aUser(`user-${i}`, `person${i}@example.com`, SENT - i));
}
