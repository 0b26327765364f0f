import { z } from "zod";

/** Where the Admin API is, and the key for it. */
export interface ApiSettings {
  /** With /v1. */
  readonly url: string;
  readonly key: string;
}

/** An answer, with what errors tell of the question. */
export interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** `Bad Request`. */
  readonly statusText: string;
  readonly text: string;
  /** The text as JSON; undefined when the text is not JSON. */
  readonly body: unknown;
}

export async function ask(
  { url: base, key }: ApiSettings,
  method: string,
  path: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Answer> {
  const url = `${base}${path}`;
  const response = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { method, url, status: response.status, statusText: response.statusText, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const inviteSchema = z.object({
  id: z.string(),
  email: z.string(),
  role: z.string(),
  status: z.string(),
  created_at: z.number(),
  invited_at: z.number().optional(),
  expires_at: z.number().nullable(),
  accepted_at: z.number().nullable(),
  projects: z.array(z.object({ id: z.string(), role: z.string() })).nullish(),
});

export type ApiInvite = z.infer<typeof inviteSchema>;

export function inviteOf({ body }: Answer): ApiInvite {
  return inviteSchema.parse(body);
}

const errorSchema = z.object({ error: z.looseObject({ message: z.string() }) });

/** OpenAI's own words; undefined where the body is not its error object. */
export function messageOf({ body }: Answer): string | undefined {
  return errorSchema.safeParse(body).data?.error.message;
}

/** How openai-go prints a refusal: question, status, and the error object alone. */
export function asOpenaiGo(answer: Answer): string {
  const error = errorSchema.safeParse(answer.body).data?.error;
  const rest = error === undefined ? answer.text : JSON.stringify(error);
  return `${answer.method} "${answer.url}": ${answer.status} ${answer.statusText} ${rest}`;
}
