import { z } from "zod";
import type { Invite, User } from "./types.js";

/**
 * What the Admin API answers, read with tolerance: both generations of field names, everything nullable that was ever
 * seen null, unknown keys ignored, unknown statuses and roles passed on. The documented shapes are `Invite`, `User`,
 * `InviteListResponse` and `UserListResponse` in https://github.com/openai/openai-openapi.
 */

const digits = z.string().regex(/^\d+(\.\d+)?$/);
const time = z.union([z.number(), digits.transform(Number)]);
const id = z.string().min(1);

export const inviteSchema = z
  .object({
    id,
    email: z.string().min(1),
    role: z.string(),
    status: z.string().min(1),
    created_at: time.nullish(),
    // The name before 2026-05.
    invited_at: time.nullish(),
    expires_at: time.nullish(),
    accepted_at: time.nullish(),
    projects: z.array(z.object({ id, role: z.string().nullish() })).nullish(),
  })
  .transform(
    (raw): Invite => ({
      id: raw.id,
      email: raw.email,
      role: raw.role,
      status: raw.status,
      ...given("sentAt", raw.created_at ?? raw.invited_at),
      ...given("expiresAt", raw.expires_at),
      ...given("acceptedAt", raw.accepted_at),
      projects: (raw.projects ?? []).map((project) => ({ id: project.id, ...given("role", project.role) })),
    }),
  );

export const userSchema = z
  .object({
    id,
    email: z.string().nullish(),
    name: z.string().nullish(),
    role: z.string().nullish(),
    added_at: time.nullish(),
    user: z.object({ email: z.string().nullish(), name: z.string().nullish() }).nullish(),
  })
  .transform(
    (raw): User => ({
      id: raw.id,
      ...given("email", raw.email || raw.user?.email || undefined),
      ...given("name", raw.name ?? raw.user?.name),
      ...given("role", raw.role),
      ...given("addedAt", raw.added_at),
    }),
  );

const pageSchema = z.object({
  data: z.array(z.unknown()),
  has_more: z.boolean().nullish(),
  last_id: z.string().nullish(),
});

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Elements that could not be read; `raw` is what was there, `problem` why. */
  readonly malformed: readonly { readonly raw: unknown; readonly problem: string }[];
  /** Whether there are more pages. */
  readonly more: boolean;
  /** What the next page comes after, where there is anything to go by. */
  readonly cursor?: string;
}

/**
 * Reads one page. An element that cannot be read does not cost the others. `has_more` was optional once: without it, a
 * page with anything on it is taken to have a next one, as an empty page costs less than a person overlooked.
 */
export function readPage<T>(body: unknown, element: z.ZodType<T>): Page<T> | { readonly problem: string } {
  const parsed = pageSchema.safeParse(body);
  if (!parsed.success) return { problem: problemOf(parsed.error) };
  const { data, has_more, last_id } = parsed.data;
  const items: T[] = [];
  const malformed: { raw: unknown; problem: string }[] = [];
  data.forEach((raw, index) => {
    const item = element.safeParse(raw);
    if (item.success) items.push(item.data);
    else malformed.push({ raw, problem: problemOf(item.error, ["data", index]) });
  });
  const cursor = last_id || textMember(data.at(-1), "id");
  return { items, malformed, more: has_more ?? data.length > 0, ...given("cursor", cursor) };
}

/** A non-empty text member of a value that was not, or could not be, read whole. */
export function textMember(raw: unknown, name: string): string | undefined {
  const value: unknown = typeof raw === "object" && raw !== null ? Reflect.get(raw, name) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The first of zod's complaints on one line, with the place inside the answer: `data[3].email: …`. */
export function problemOf(error: z.ZodError, before: readonly PropertyKey[] = []): string {
  const issue = error.issues[0];
  if (issue === undefined) return "it could not be read";
  const place = [...before, ...issue.path]
    .map((step, index) => (typeof step === "number" ? `[${step}]` : `${index === 0 ? "" : "."}${String(step)}`))
    .join("");
  return place === "" ? issue.message : `${place}: ${issue.message}`;
}

function given<K extends string, V>(name: K, value: V | null | undefined): { [P in K]?: V } {
  const out: { [P in K]?: V } = {};
  if (value !== null && value !== undefined) out[name] = value;
  return out;
}
