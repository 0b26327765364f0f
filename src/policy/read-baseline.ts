import { z } from "zod";
import type { Baseline, BaselineEntry } from "./baseline.js";
import { type LocatedProblem, parseLocatedJson, printPath } from "./located-json.js";

const text = z.string({ error: "it is text" }).min(1, { error: "it is empty" });

const entry = z.object(
  {
    rule: text,
    directory: text,
    address: text.optional(),
    file: text.optional(),
    count: z.int({ error: "it is a whole number" }).min(1, { error: "it is at least 1" }).optional(),
  },
  { error: 'an entry is an object such as { "rule": "…", "directory": ".", "address": "…" }' },
);

const baselineSchema = z.object(
  {
    version: z.literal(1, { error: "this version of tfinvite reads version 1 only" }),
    findings: z.array(entry, { error: "it is a list of entries" }),
  },
  { error: "a baseline is an object" },
);

export type BaselineResult =
  | { readonly ok: true; readonly baseline: Baseline }
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/** Reads the text of a baseline file. */
export function readBaselineText(content: string): BaselineResult {
  const located = parseLocatedJson(content, { disallowComments: true, allowTrailingComma: false });
  if (!located.ok) return located;
  const parsed = baselineSchema.safeParse(located.json.value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      offset: located.json.offsetOf(path, "value"),
      message: path.length === 0 ? message : `${printPath(path)}: ${message}`,
    }));
    return { ok: false, problems };
  }
  const findings = parsed.data.findings.map(
    ({ rule, directory, address, file, count }): BaselineEntry => ({
      rule,
      directory,
      ...(address !== undefined && { address }),
      ...(file !== undefined && { file }),
      ...(count !== undefined && { count }),
    }),
  );
  return { ok: true, baseline: { version: 1, findings } };
}
