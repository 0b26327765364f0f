import { z } from "zod";
import { RULES } from "../invites/rules/registry.js";

const severity = z
  .enum(["off", "notice", "warning", "error"], { error: "a rule is set to off, notice, warning or error" })
  .describe("what the rule's findings weigh; off: it is not asked");

const ruleSetting = z.union(
  [
    severity,
    z.strictObject({
      severity: severity.optional(),
      ignorable: z
        .boolean({ error: "it is true or false" })
        .optional()
        .describe("false: comments cannot silence the rule"),
    }),
  ],
  {
    error:
      'a rule is set to off, notice, warning or error, or to an object such as { "severity": "error", "ignorable": false }',
  },
);

const rules = z
  .strictObject(
    Object.fromEntries(Object.values(RULES).map(({ id, title }) => [id, ruleSetting.optional().describe(title)])),
    {
      error: "it is an object with rules as its keys",
    },
  )
  .describe("what each rule's findings weigh, and whether comments can silence them");

const pattern = z
  .string({ error: "a pattern is text" })
  .min(1, { error: "a pattern is missing" })
  .max(1000, { error: "a pattern has at most 1000 characters" })
  .refine((text) => isInside(text.replace(/^!/, "").replace(/^\//, "")), {
    error: "it names a place outside of this folder",
  });

const patterns = (what: string) => z.array(pattern, { error: "it is a list of patterns" }).describe(what);

const baseline = z
  .string({ error: "it is the path of a file" })
  .min(1, { error: "the name of a file is missing" })
  .refine((text) => isInside(text), {
    error: "it has to lie inside this folder, named with forward slashes and without ..",
  })
  .describe("the baseline file, relative to this file");

/** `.tfinvite.json`. The file may come from a stranger: nothing in it names a host, a command or a path outside the tree. */
export const settingsSchema = z.strictObject(
  {
    $schema: z.string({ error: "it is the address of a schema" }).optional().describe("for editors; not read"),
    rules: rules.optional(),
    paths: z
      .array(
        z.strictObject(
          { paths: patterns("which files, as in .gitignore, relative to this file"), rules },
          { error: 'it is an object such as { "paths": ["modules/legacy/**"], "rules": { … } }' },
        ),
        { error: "it is a list" },
      )
      .optional()
      .describe("settings for some paths; of several that match, the last holds"),
    exclude: patterns("what is not linted, as in .gitignore, relative to this file").optional(),
    failOn: z
      .enum(["error", "warning", "notice", "never"], { error: "it is one of error, warning, notice, never" })
      .optional()
      .describe("exit with 1 from this severity on; --fail-on overrides it"),
    baseline: baseline.optional(),
    requireReason: z
      .boolean({ error: "it is true or false" })
      .optional()
      .describe("true: a suppression comment counts only with a reason behind --"),
    organizations: z
      .record(
        z.string().regex(/^[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}_][\p{L}\p{N}_-]*)?$/u, {
          error: "a provider configuration is written openai, or openai.eu for an alias",
        }),
        z
          .string({ error: "it is the name of an environment variable" })
          .regex(/^OPENAI_ADMIN_KEY[A-Z0-9_]*$/, {
            error: "the variable's name has to begin with OPENAI_ADMIN_KEY and go on in capitals, digits and _",
          })
          .describe("the environment variable that holds the organization's admin key, never the key itself"),
        { error: "it is an object with provider configurations as its keys" },
      )
      .optional()
      .describe("which organization's key belongs to a provider configuration"),
  },
  { error: "the file holds one object" },
);

export type WrittenSettings = z.infer<typeof settingsSchema>;

/** A relative path that stays below its folder on every system. */
function isInside(path: string): boolean {
  return !/^[/~]|^[A-Za-z]:|[\\\0]/.test(path) && !path.split("/").includes("..");
}

/** The published JSON Schema of `.tfinvite.json`. */
export function settingsJsonSchema(): object {
  return { title: "tfinvite settings, version 1", ...z.toJSONSchema(settingsSchema, { io: "input" }) };
}
