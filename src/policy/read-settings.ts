import ignore from "ignore";
import type { Node } from "jsonc-parser";
import { z } from "zod";
import { Failure } from "../base/failure.js";
import { nearestName } from "../base/nearest-name.js";
import { schemaAddress } from "../base/version.js";
import { RULE_SETTINGS } from "../invites/rules/finding.js";
import { RULES } from "../invites/rules/registry.js";
import { summaryOf } from "../report/messages/words.js";
import { FAIL_ON } from "./exit-code.js";
import {
  type LocatedProblem,
  type LocatedResult,
  nodeAt,
  printProblems,
  problemAt,
  readLocatedJson,
} from "./located-json.js";
import type { Settings } from "./settings.js";

const severity = z
  .enum(RULE_SETTINGS, { error: "must be off, notice, warning or error" })
  .describe("severity of the rule's findings; off: the rule does not run");

const ruleObject = z.strictObject({
  severity: severity.exactOptional(),
  ignorable: z
    .boolean({ error: "must be true or false" })
    .exactOptional()
    .describe("false: comments can't silence the rule"),
});

/** What the settings say about one rule. */
export type RuleSettings = Readonly<z.infer<typeof ruleObject>>;

const ruleSetting = z.union([severity.transform((given): RuleSettings => ({ severity: given })), ruleObject], {
  error: 'must be off, notice, warning or error, or an object such as { "severity": "error", "ignorable": false }',
});

const rules = z
  .strictObject(
    Object.fromEntries(Object.values(RULES).map(({ id }) => [id, ruleSetting.exactOptional().describe(summaryOf(id))])),
    { error: "must be an object with rule IDs as keys" },
  )
  .describe("severity of each rule, and whether comments can silence it");

const pattern = z
  .string({ error: "must be a string" })
  .min(1, { error: "must not be empty" })
  .max(1000, { error: "must have at most 1000 characters" })
  .refine((text) => isInside(text.replace(/^!/, "").replace(/^\//, "")), {
    error: "must not leave this folder",
  });

const patterns = (what: string) => z.array(pattern, { error: "must be a list of patterns" }).describe(what);

const baseline = z
  .string({ error: "must be the path of a file" })
  .min(1, { error: "must not be empty" })
  .refine((text) => isInside(text), {
    error: "must be inside this folder, written with forward slashes and without ..",
  })
  .describe("the baseline file, relative to this file");

const pathSettings = z.strictObject(
  { paths: patterns("which files, as in .gitignore, relative to this file"), rules },
  { error: 'must be an object such as { "paths": ["modules/legacy/**"], "rules": { … } }' },
);

/** `.tfinvite.json`. The file is untrusted: nothing in it names a host, a command or a path outside the tree. */
const settingsSchema = z.strictObject(
  {
    $schema: z.string({ error: "must be the address of a schema" }).exactOptional().describe("for editors; not read"),
    rules: rules.exactOptional(),
    paths: z
      .array(pathSettings, { error: "must be a list" })
      .exactOptional()
      .describe("settings for some paths; if several match, the last applies"),
    exclude: patterns("files and folders that lint skips, as in .gitignore, relative to this file").exactOptional(),
    failOn: z
      .enum(FAIL_ON, { error: `must be one of ${FAIL_ON.join(", ")}` })
      .exactOptional()
      .describe("exit with 1 from this severity; --fail-on overrides it"),
    baseline: baseline.exactOptional(),
    requireReason: z
      .boolean({ error: "must be true or false" })
      .exactOptional()
      .describe("true: a suppression comment works only with a reason after --"),
    organizations: z
      .record(
        z
          .string()
          .regex(
            /^(?:module\.[\p{L}_][\p{L}\p{N}_-]*\.)*[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}_][\p{L}\p{N}_-]*(?:\["(?:[^"\\]|\\.)*"\])?)?$/u,
            {
              error:
                'must be a provider configuration: openai, openai.eu for an alias, or openai.by_org["eu"] for its instance',
            },
          ),
        z
          .string({ error: "must be the name of an environment variable" })
          .regex(/^OPENAI_ADMIN_KEY[A-Z0-9_]*$/, {
            error: "must begin with OPENAI_ADMIN_KEY, followed by capitals, digits and _ only",
          })
          .describe("the environment variable that holds the organization's admin key, never the key itself"),
        { error: "must be an object with provider configurations as keys" },
      )
      .exactOptional()
      .describe("the environment variable with the admin key, for each provider configuration"),
  },
  { error: "must be an object" },
);

export type WrittenSettings = Readonly<z.infer<typeof settingsSchema>>;

/** A relative path that stays below its folder on every system. */
function isInside(path: string): boolean {
  return !/^[/~]|^[A-Za-z]:|[\\\0]/.test(path) && !path.split("/").includes("..");
}

/** The published JSON Schema of `.tfinvite.json`. */
export function settingsJsonSchema(): object {
  // The draft that editors know best: https://github.com/SchemaStore/schemastore/blob/master/CONTRIBUTING.md
  const { $schema, ...schema } = z.toJSONSchema(settingsSchema, { io: "input", target: "draft-7" });
  const description = "Settings of tfinvite, which checks OpenAI invites in Terraform and OpenTofu";
  return { $schema, $id: schemaAddress("settings-v1"), title: "tfinvite settings, version 1", description, ...schema };
}

/** Reads the text of a `.tfinvite.json`, in which comments and trailing commas are allowed. */
export function readSettingsText(text: string, place: Pick<Settings, "folder" | "file">): LocatedResult<Settings> {
  const options = { disallowComments: false, allowTrailingComma: true };
  const read = readLocatedJson(text, settingsSchema, options, (issue, tree) => problemsOf(issue, [], tree));
  return read.ok ? { ok: true, value: settingsOf(read.value, place) } : read;
}

/** The same; fails with a Failure that tells everything that is wrong in it. */
export function settingsOfText(text: string, place: Pick<Settings, "folder" | "file">): Settings {
  const read = readSettingsText(text, place);
  if (!read.ok) throw new Failure(printProblems(place.file, text, read.problems));
  return read.value;
}

function settingsOf(
  { $schema: _, rules: rulesOf = {}, paths = [], exclude = [], organizations = {}, ...rest }: WrittenSettings,
  place: Pick<Settings, "folder" | "file">,
): Settings {
  return {
    ...place,
    ...rest,
    rules: rulesOf,
    paths: paths.map((one) => {
      const matches = matcher(one.paths);
      return { matches: (path) => matches(path, "file"), rules: one.rules };
    }),
    excludes: matcher(exclude),
    organizations: new Map(Object.entries(organizations)),
  };
}

/** Patterns as in `.gitignore`: https://git-scm.com/docs/gitignore#_pattern_format */
function matcher(globs: readonly string[]): (path: string, kind: "file" | "folder") => boolean {
  if (globs.length === 0) return () => false;
  const ignored = ignore({ allowRelativePaths: true }).add(globs);
  return (path, kind) => {
    const inside = path.replace(/^(?:\.\/)+/, "").replace(/\/+$/, "");
    if (inside === "" || inside === "." || inside.startsWith("..") || inside.startsWith("/")) return false;
    return ignored.ignores(kind === "folder" ? `${inside}/` : inside);
  };
}

/** One of zod's issues in our words, at the place that it is about. */
function problemsOf(issue: z.core.$ZodIssue, around: readonly PropertyKey[], tree: Node): LocatedProblem[] {
  const path = [...around, ...issue.path];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => problemAt(tree, [...path, key], unknownKey(path, key), "key"));
    case "invalid_key":
      return [problemAt(tree, path, issue.issues[0]?.message ?? issue.message, "key")];
    case "invalid_union": {
      // What is wrong inside an object tells more than that the object is wrong.
      const inside = issue.errors.find((errors) =>
        errors.some((one) => one.code === "unrecognized_keys" || one.path.length > 0),
      );
      return inside?.flatMap((one) => problemsOf(one, path, tree)) ?? [problemAt(tree, path, issue.message)];
    }
    case "invalid_type": {
      const missing = nodeAt(tree, path) === undefined ? "missing: " : "";
      return [problemAt(tree, path, `${missing}${issue.message}`)];
    }
    default:
      return [problemAt(tree, path, issue.message)];
  }
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const isRule = path.at(-1) === "rules";
  const { shape } = isRule
    ? rules
    : path.length === 0
      ? settingsSchema
      : path[0] === "paths" && path.length === 2
        ? pathSettings
        : ruleObject;
  const meant = nearestName(key, Object.keys(shape));
  const what = isRule ? "no such rule" : "no such setting";
  return meant === undefined ? what : `${what}; did you mean ${meant}?`;
}
