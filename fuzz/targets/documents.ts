import { answerError, type RequestContext, readApiError, readJson } from "../../src/openai/errors.js";
import { inviteSchema, readPage, userSchema } from "../../src/openai/schema.js";
import type { Refused } from "../../src/terraform/document/read-document.js";
import { readPlan } from "../../src/terraform/plan/read-plan.js";
import { readState } from "../../src/terraform/state/read-state.js";
import { SECRET } from "../mutate.js";
import type { Random } from "../random.js";
import { holds, holdsNoSecret, JSON_PIECES, type Target } from "./target.js";

type Read = (source: AsyncIterable<Uint8Array>) => Promise<{ readonly ok: true } | Refused>;

const OPTIONS = { wantedTypes: (type: string) => type.startsWith("openai_"), origin: "the input" };

async function* piecesOf(bytes: Buffer, length: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const next = at + Math.max(1, length());
    yield bytes.subarray(at, next);
    at = next;
  }
}

/** An error is a value that quotes nothing from the input, and the sizes of a document's chunks make no difference. */
function runDocument(read: Read): Target["run"] {
  return async (bytes: Buffer, random: Random) => {
    const whole = await read(piecesOf(bytes, () => bytes.length));
    const inPieces = await read(piecesOf(bytes, () => random.below(200)));
    const [one, other] = [shown(whole), shown(inPieces)];
    holds(one === other, "pieces make a difference", [one.slice(0, 500), other.slice(0, 500)]);
    if (whole.ok) return;
    holdsNoSecret(one, "an error");
    const { position, message } = whole.error;
    holds(message.length < 2000, "an endless message", message);
    const at = position?.offset ?? 0;
    holds(0 <= at && at <= bytes.length, "a place outside of the document", { position, length: bytes.length });
  };
}

function shown(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part instanceof Map || part instanceof Set ? [...part] : part instanceof Error ? part.message : part,
  );
}

const REQUEST: RequestContext = {
  baseUrl: new URL("https://api.openai.com/v1"),
  key: SECRET,
  keyVariable: "OPENAI_ADMIN_KEY",
  url: new URL("https://api.openai.com/v1/organization/invites"),
  tries: 1,
};

async function runAnswer(bytes: Buffer, random: Random): Promise<void> {
  const text = bytes.toString("utf8");
  const status = random.pick([200, 301, 400, 401, 403, 404, 429, 500, 503]);
  const headers = random.pick([{}, { "content-type": "text/html" }, { "retry-after": text.slice(0, 20) }]);
  const answer = { status, headers, text };
  const error = answerError(answer, REQUEST);
  holdsNoSecret(error.message + error.hint, "an error");
  holds(error.message.length < 3000, "an endless message", error.message.slice(0, 3000));
  const body = readJson(text)?.value;
  readApiError(body);
  for (const schema of [inviteSchema, userSchema]) {
    const page = readPage<{ readonly id: string }>(body, schema);
    if ("problem" in page) holdsNoSecret(page.problem, "a problem");
    else for (const { id } of page.items) holds(id !== "", "an empty id");
  }
}

export const DOCUMENT_TARGETS: readonly Target[] = [
  {
    name: "state",
    seeds: /^states\/.*input|\.tfstate$/,
    pieces: [...JSON_PIECES, '"resources":[', '"instances":[', '"index_key":', '"module":"module.a"', '"attributes":{'],
    run: runDocument((source) => readState(source, OPTIONS)),
    growsFrom: '{"version":4,"resources":',
  },
  {
    name: "plan",
    seeds: /^plans\/.*\.json$|plan\.json$/,
    pieces: [...JSON_PIECES, '"resource_changes":[', '"change":{', '"actions":["delete"]', '"prior_state":{'],
    run: runDocument((source) => readPlan(source, OPTIONS)),
    growsFrom: '{"resource_changes":',
  },
  {
    name: "api-answers",
    seeds: /(?:answers?|invites|users|requests|api)[^/]*\.json$/,
    pieces: [...JSON_PIECES, '{"object":"list","data":[', '"error":{"message":"', '"id":', '"has_more":true', "<html>"],
    run: runAnswer,
    growsFrom: '{"data":',
  },
];
