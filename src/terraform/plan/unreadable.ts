import { describeIssues } from "../state/raw-state.js";

/** Says what is wrong with a part of a plan; caught where the whole of it is read. The message quotes nothing. */
export class Unreadable extends Error {}

/** As much of a zod schema as is needed here. */
interface Schema<T> {
  safeParse(
    value: unknown,
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: Parameters<typeof describeIssues>[0] };
}

/** The value as the schema has it. `what` names the part as a subject: `resource change 3`. */
export function readAs<T>(schema: Schema<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Unreadable(`${what} ${describeIssues(parsed.error)}`);
}
