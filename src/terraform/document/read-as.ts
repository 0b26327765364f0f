import type { z } from "zod";
import type { Address } from "../addresses/address.js";
import { isIdentifier } from "../addresses/address-parser.js";

/**
 * Thrown for a part of a document that cannot be read; the reader of the whole document catches it. The message quotes
 * nothing.
 */
export class Unreadable extends Error {}

/** Where zod found an issue, as a path of field names without any value. */
function describeIssues(error: z.ZodError): string {
  const path = (error.issues[0]?.path ?? [])
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("");
  return path === "" ? "has the wrong shape" : `has an unexpected kind of value at ${path.replace(/^\./, "")}`;
}

/** The value parsed by the schema; throws `Unreadable`. `what` names the part as a subject: `resource change 3`. */
export function readAs<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Unreadable(`${what} ${describeIssues(parsed.error)}`);
}

/** The result of `read`, or the message of the `Unreadable` that it threw. */
export function attempt<T>(
  read: () => T,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly what: string } {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, what: error.message };
    throw error;
  }
}

/** Unknown words are named only when they look like a keyword: a message must not carry the document's content. */
export function nameWord(word: string): string {
  return /^[a-z][a-z_-]{0,31}$/i.test(word) ? `"${word}"` : "that can't be shown";
}

/** The `type` of an entry, if it has one. */
export function typeOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "type" in value ? value.type : undefined;
}

/** Whether an entry has a type, and a wanted one. The rest of an unwanted entry is not read. */
export function hasWantedType(value: unknown, wanted: (type: string) => boolean, what: string): boolean {
  const type = typeOf(value);
  if (typeof type !== "string") throw new Unreadable(`${what} has no type`);
  return wanted(type);
}

type ResourceNames = Pick<Address, "mode" | "type" | "name">;

/** The names of a resource. Only names that Terraform allows are accepted: they end up in commands and in HCL. */
export function readNames(
  { mode, type, name }: { readonly mode: string; readonly type: string; readonly name: string },
  what: string,
): ResourceNames {
  if (!isIdentifier(type) || !isIdentifier(name))
    throw new Unreadable(`${what} has a type or a name that Terraform doesn't allow`);
  if (mode === "managed" || mode === "data") return { mode, type, name };
  throw new Unreadable(`${what} has a mode ${nameWord(mode)}`);
}
