import ignore from "ignore";
import type { z } from "zod";
import { nearestName } from "../base/nearest-name.js";
import type { RuleId } from "../invites/finding.js";
import { type LocatedJson, type LocatedProblem, parseLocatedJson, printPath } from "./located-json.js";
import type { RuleSettings, RuleTable, Settings } from "./settings.js";
import { settingsSchema, type WrittenSettings } from "./settings-schema.js";

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  /** All of them at once. */
  | { readonly ok: false; readonly problems: readonly LocatedProblem[] };

/** Reads the text of a `.tfinvite.json`, in which comments and a comma behind the last value are welcome. */
export function readSettingsText(
  text: string,
  place: { readonly folder: string; readonly file: string },
): SettingsResult {
  const located = parseLocatedJson(text, { disallowComments: false, allowTrailingComma: true });
  if (!located.ok) return located;
  const parsed = settingsSchema.safeParse(located.json.value);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, [], located.json)) };
  }
  return { ok: true, settings: settingsOf(parsed.data, place) };
}

function settingsOf(written: WrittenSettings, place: { readonly folder: string; readonly file: string }): Settings {
  const { failOn, baseline } = written;
  return {
    ...place,
    rules: rulesOf(written.rules),
    paths: (written.paths ?? []).map(({ paths, rules }) => {
      const matches = matcher(paths);
      return { matches: (path) => matches(path, "file"), rules: rulesOf(rules) };
    }),
    excludes: matcher(written.exclude ?? []),
    ...(failOn !== undefined && { failOn }),
    ...(baseline !== undefined && { baseline }),
    requireReason: written.requireReason ?? false,
    organizations: new Map(Object.entries(written.organizations ?? {})),
  };
}

function rulesOf(written: WrittenSettings["rules"]): RuleTable {
  const table: Partial<Record<RuleId, RuleSettings>> = {};
  for (const [id, setting] of Object.entries(written ?? {})) {
    if (setting === undefined) continue;
    const rule: RuleSettings =
      typeof setting === "string"
        ? { severity: setting }
        : {
            ...(setting.severity !== undefined && { severity: setting.severity }),
            ...(setting.ignorable !== undefined && { ignorable: setting.ignorable }),
          };
    Object.assign(table, { [id]: rule });
  }
  return table;
}

/** Patterns as in `.gitignore`: https://git-scm.com/docs/gitignore#_pattern_format */
function matcher(patterns: readonly string[]): (path: string, kind: "file" | "folder") => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore({ allowRelativePaths: true }).add(patterns);
  return (path, kind) => {
    const inside = path.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
    if (inside === "" || inside === "." || inside.startsWith("..") || inside.startsWith("/")) return false;
    return rules.ignores(kind === "folder" ? `${inside}/` : inside);
  };
}

/** One of zod's issues in our words, at the place it speaks of. */
function problemsOf(issue: z.core.$ZodIssue, around: readonly PropertyKey[], json: LocatedJson): LocatedProblem[] {
  const path = [...around, ...issue.path];
  const at = (what: "value" | "key", where: readonly PropertyKey[], message: string): LocatedProblem => ({
    offset: json.offsetOf(where, what),
    message: where.length === 0 ? message : `${printPath(where)}: ${message}`,
  });
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => at("key", [...path, key], unknownKey(path, key)));
    case "invalid_key":
      return [at("key", path, issue.issues[0]?.message ?? issue.message)];
    case "invalid_union": {
      // Of an object, what is wrong in it says more than that it is not right.
      const inside = issue.errors.find((errors) =>
        errors.some((one) => one.code === "unrecognized_keys" || one.path.length > 0),
      );
      if (inside !== undefined) return inside.flatMap((one) => problemsOf(one, path, json));
      return [at("value", path, issue.message)];
    }
    case "invalid_type":
      return [
        at(
          "value",
          path,
          issue.input === undefined && isMissing(path, json) ? `it is missing: ${issue.message}` : issue.message,
        ),
      ];
    default:
      return [at("value", path, issue.message)];
  }
}

function isMissing(path: readonly PropertyKey[], json: LocatedJson): boolean {
  let value: unknown = json.value;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return true;
    value = Reflect.get(value, step);
  }
  return false;
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const isRule = path[path.length - 1] === "rules";
  const names = isRule
    ? RULE_NAMES
    : path.length === 0
      ? TOP_NAMES
      : path[0] === "paths" && path.length === 2
        ? PATH_NAMES
        : SETTING_NAMES;
  const meant = nearestName(key, names);
  const what = isRule ? "there is no such rule" : "there is no such setting";
  return meant === undefined ? what : `${what}; did you mean ${meant}?`;
}

const TOP_NAMES = Object.keys(settingsSchema.shape);
const RULE_NAMES = Object.keys(settingsSchema.shape.rules.unwrap().shape);
const PATH_NAMES = ["paths", "rules"];
const SETTING_NAMES = ["severity", "ignorable"];
