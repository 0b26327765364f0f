import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv } from "ajv";
import fc from "fast-check";
import { parse } from "jsonc-parser";
import { describe, expect, it } from "vitest";
import { printProblems } from "../../src/policy/located-json.js";
import { readSettingsText, settingsJsonSchema } from "../../src/policy/read-settings.js";
import { isIgnorable, type Settings, severityOf } from "../../src/policy/settings.js";
import { SETTINGS_FILE } from "../../src/policy/settings-file.js";
import { ROOT } from "../support/program.js";

const PLACE = { folder: "/repo", file: ".tfinvite.json" };
const published: unknown = JSON.parse(readFileSync(path.join(ROOT, "schema/settings-v1.json"), "utf8"));
const guide = readFileSync(path.join(ROOT, "docs/configuration.md"), "utf8");

function settings(text: string): Settings {
  const read = readSettingsText(text, PLACE);
  if (!read.ok) throw new Error(printProblems(PLACE.file, text, read.problems));
  return read.value;
}

function problems(text: string): string[] {
  const read = readSettingsText(text, PLACE);
  return read.ok ? [] : printProblems(PLACE.file, text, read.problems).split("\n");
}

const FULL = `\ufeff{
  "$schema": "https://unpkg.com/tfinvite/schema/settings-v1.json",
  // comments are welcome
  "rules": {
    "accepted-invite": "error",
    "mixed-case-email": { "severity": "off", "ignorable": false },
    "invalid-role": { "ignorable": false },
  },
  "paths": [
    { "paths": ["modules/legacy/**"], "rules": { "accepted-invite": "notice", "invalid-role": { "ignorable": true } } },
    { "paths": ["modules/legacy/new.tf"], "rules": { "accepted-invite": "warning" } },
  ],
  "exclude": ["examples/", "*.gen.tf"],
  "failOn": "warning",
  "baseline": "ci/known.json",
  "requireReason": true,
  "organizations": { "openai": "OPENAI_ADMIN_KEY", "openai.eu": "OPENAI_ADMIN_KEY_EU" },
}`;

describe("settings", () => {
  it("hold every key", () => {
    const { excludes, paths, organizations, ...rest } = settings(FULL);
    expect(rest).toEqual({
      ...PLACE,
      rules: {
        "accepted-invite": { severity: "error" },
        "mixed-case-email": { severity: "off", ignorable: false },
        "invalid-role": { ignorable: false },
      },
      failOn: "warning",
      baseline: "ci/known.json",
      requireReason: true,
    });
    expect(paths.length).toBe(2);
    expect([...organizations]).toEqual([
      ["openai", "OPENAI_ADMIN_KEY"],
      ["openai.eu", "OPENAI_ADMIN_KEY_EU"],
    ]);
    expect(excludes("examples", "folder")).toBe(true);
    expect(excludes("examples", "file")).toBe(false);
    expect(excludes("live/examples/main.tf", "file")).toBe(true);
    expect(excludes("./a/b.gen.tf", "file")).toBe(true);
    expect(excludes("main.tf", "file")).toBe(false);
    expect(excludes(".", "folder")).toBe(false);
    expect(excludes("../examples/x.tf", "file")).toBe(false);
  });

  it("decide a severity: flag over path over rule over default", () => {
    const read = settings(FULL);
    const flags = new Map([["accepted-invite", "error" as const]]);
    const of = (path?: string, given = new Map<string, "error">()) => severityOf("accepted-invite", path, read, given);
    expect(severityOf("accepted-invite", "main.tf", undefined, new Map())).toBe("warning");
    expect(of("main.tf")).toBe("error");
    expect(of()).toBe("error");
    expect(of("modules/legacy/a/b.tf")).toBe("notice");
    expect(of("modules/legacy/new.tf")).toBe("warning");
    expect(of("modules/legacy/new.tf", flags)).toBe("error");
    expect(severityOf("invalid-role", "modules/legacy/a.tf", read, new Map())).toBe("error");
    expect(isIgnorable("invalid-role", "a.tf", read)).toBe(false);
    expect(isIgnorable("invalid-role", "modules/legacy/a.tf", read)).toBe(true);
    expect(isIgnorable("accepted-invite", "a.tf", undefined)).toBe(true);
  });

  it("report all mistakes at once, each with its place", () => {
    const text = `{
  "rules": { "acepted-invite": "error", "invalid-role": "fatal", "mixed-case-email": { "ignoreable": true },
    "expired-invite": { "severity": "no" }, "__proto__": "off" },
  "paths": [{ "path": ["x"], "rules": {} }, { "paths": ["../other/**", ""], "rules": { "x": 1 } }],
  "exclude": "vendor",
  "failon": "error",
  "baseline": "../../home/baseline.json",
  "requireReason": "yes",
  "organizations": { "openai.eu": "AWS_SECRET_ACCESS_KEY", "https://evil.example": "OPENAI_ADMIN_KEY" }
}`;
    expect(problems(text)).toEqual([
      '.tfinvite.json:2:14: "rules.acepted-invite": no such rule; did you mean accepted-invite?',
      '.tfinvite.json:2:57: "rules.invalid-role": must be off, notice, warning or error, or an object such as { "severity": "error", "ignorable": false }',
      '.tfinvite.json:2:88: "rules.mixed-case-email.ignoreable": no such setting; did you mean ignorable?',
      '.tfinvite.json:3:37: "rules.expired-invite.severity": must be off, notice, warning or error',
      '.tfinvite.json:3:45: "rules.__proto__": no such rule',
      '.tfinvite.json:4:13: "paths[0].paths": missing: must be a list of patterns',
      '.tfinvite.json:4:15: "paths[0].path": no such setting; did you mean paths?',
      '.tfinvite.json:4:57: "paths[1].paths[0]": must not leave this folder',
      '.tfinvite.json:4:72: "paths[1].paths[1]": must not be empty',
      '.tfinvite.json:4:88: "paths[1].rules.x": no such rule',
      '.tfinvite.json:5:14: "exclude": must be a list of patterns',
      '.tfinvite.json:6:3: "failon": no such setting; did you mean failOn?',
      '.tfinvite.json:7:15: "baseline": must be inside this folder, written with forward slashes and without ..',
      '.tfinvite.json:8:20: "requireReason": must be true or false',
      '.tfinvite.json:9:35: "organizations.openai.eu": must begin with OPENAI_ADMIN_KEY, followed by capitals, digits and _ only',
      '.tfinvite.json:9:60: "organizations.https://evil.example": must be a provider configuration: openai, openai.eu for an alias, or openai.by_org["eu"] for its instance',
    ]);
  });

  it.each(["/etc/passwd", "a/../../b", "C:/x", "a\\..\\b", "~/x", "//host/share"])(
    "cannot name a file outside: %s",
    (baseline) => {
      expect(problems(JSON.stringify({ baseline })).length).toBe(1);
    },
  );

  it.each([
    ["", ".tfinvite.json:1:1: expected a value"],
    ["[]", ".tfinvite.json:1:1: must be an object"],
    ['{\n  "rules" {} }', ".tfinvite.json:2:11: expected a colon"],
    ['{ "failOn": "error", "failOn": "never" }', '.tfinvite.json:1:22: "failOn": duplicate key'],
    ["[".repeat(50_000), ".tfinvite.json:1:1: nested too deeply"],
  ])("report the place where they are not settings at all", (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });

  it("are read or reported, for any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({ rules: value, paths: [value], organizations: value });
        for (const line of problems(text)) expect(line).toMatch(/^\.tfinvite\.json:1:\d+: /);
      }),
    );
  });
});

describe("schema/settings-v1.json", () => {
  const validate = new Ajv({ strict: true, allErrors: true, strictTypes: false }).compile(Object(published));

  it("is generated from the reader (npm run schema writes it)", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(settingsJsonSchema())));
  });

  it("accepts what the reader accepts, and refuses what it refuses", () => {
    expect([validate(parse(FULL.slice(1))), validate.errors]).toEqual([true, null]);
    expect(validate({ rules: { "no-such-rule": "off" } })).toBe(false);
    expect(validate({ organizations: { openai: "HOME" } })).toBe(false);
  });

  it("has the address and the description of its entry in SchemaStore", () => {
    const [, entry = "{}"] = /<!-- SchemaStore -->\n```json\n([\s\S]*?)```/.exec(guide) ?? [];
    const { $id, description } = Object(published);
    expect(JSON.parse(entry)).toEqual({ name: "tfinvite", description, fileMatch: [SETTINGS_FILE], url: $id });
  });

  it("and the reader accept every example of the guide", () => {
    const examples = [...guide.matchAll(/```jsonc?\n([\s\S]*?)```/g)].map(([, text = ""]) => text);
    const own = examples.filter((text) => !/"(?:version|resource|fileMatch)"/.test(text));
    expect(own.length).toBe(2);
    for (const text of own) expect([problems(text), validate(parse(text))]).toEqual([[], true]);
  });
});
