import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readApiSettings } from "../../src/openai/api-settings.js";
import { redactKeys } from "../../src/openai/redact-keys.js";

const KEY = "sk-admin-abcdefghijklmnop0123456789";

function settings(env: Record<string, string>) {
  const result = readApiSettings({ OPENAI_ADMIN_KEY: KEY, ...env });
  if (!result.ok) throw new Error(result.error.message);
  return result.settings;
}

function error(env: Record<string, string>) {
  const result = readApiSettings(env);
  if (result.ok) throw new Error("it was taken");
  return result.error;
}

describe("settings from the environment", () => {
  it("needs only the key, and uses OpenAI's own address", () => {
    const { key, baseUrl, organization } = settings({});
    expect([key, baseUrl.href, organization]).toEqual([KEY, "https://api.openai.com/v1", undefined]);
  });

  it("trims the key, and takes the organization", () => {
    const { key, organization } = settings({ OPENAI_ADMIN_KEY: ` ${KEY}\r\n`, OPENAI_ORG_ID: "org-1 " });
    expect([key, organization]).toEqual([KEY, "org-1"]);
  });

  it("takes the key from another variable", () => {
    const result = readApiSettings({ OPENAI_ADMIN_KEY_EU: KEY }, "OPENAI_ADMIN_KEY_EU");
    expect(result).toMatchObject({ ok: true, settings: { key: KEY, keyVariable: "OPENAI_ADMIN_KEY_EU" } });
  });

  it.each([
    [{ OPENAI_BASE_URL: "https://eu.api.openai.com/v1/" }, "https://eu.api.openai.com/v1"],
    [{ OPENAI_BASE_URL: "", OPENAI_API_URL: "https://api.example.com/v1//" }, "https://api.example.com/v1"],
    [{ OPENAI_BASE_URL: "https://a.example/v1", OPENAI_API_URL: "https://b.example/v1" }, "https://a.example/v1"],
    [{ OPENAI_BASE_URL: "http://127.0.0.1:8080/v1" }, "http://127.0.0.1:8080/v1"],
    [{ OPENAI_BASE_URL: "http://localhost:8080/v1" }, "http://localhost:8080/v1"],
    [{ OPENAI_BASE_URL: "http://[::1]:8080" }, "http://[::1]:8080/"],
  ])("%j: %s", (env, href) => {
    expect(settings(env).baseUrl.href).toBe(href);
  });

  const admin = { OPENAI_ADMIN_KEY: KEY };
  const alone = "Set OPENAI_ADMIN_KEY to the admin key and nothing else, as OpenAI showed it.";
  const formOf = (variable: string) =>
    `Set ${variable} to a URL such as https://api.openai.com/v1, or unset it to use that one.`;
  const form = formOf("OPENAI_BASE_URL");
  const set =
    "Set OPENAI_ADMIN_KEY to an admin key with the scope api.management.read. An owner of the organization creates one at https://platform.openai.com/settings/organization/admin-keys.";
  const without = "Without a key you can run: tfinvite lint, tfinvite check --offline, tfinvite status --offline.";
  const make = `${set} ${without}`;
  it.each([
    [{}, "no-key", "no admin key: OPENAI_ADMIN_KEY is not set", make],
    [{ OPENAI_ADMIN_KEY: " \n" }, "no-key", "no admin key: OPENAI_ADMIN_KEY is not set", make],
    [
      { OPENAI_API_KEY: "x" },
      "no-key",
      "no admin key: OPENAI_ADMIN_KEY is not set",
      `${set} OPENAI_API_KEY is not used: the Admin API refuses such keys. ${without}`,
    ],
    [
      { OPENAI_ADMIN_KEY: `${KEY}\n${KEY}` },
      "bad-key",
      "OPENAI_ADMIN_KEY has a character that an HTTP header can't hold (a space, a line break, a non-ASCII letter)",
      alone,
    ],
    [{ OPENAI_ADMIN_KEY: `"${KEY}"` }, "bad-key", "OPENAI_ADMIN_KEY begins or ends with a quotation mark", alone],
    [{ OPENAI_ADMIN_KEY: `Bearer ${KEY}` }, "bad-key", 'OPENAI_ADMIN_KEY begins with the word "Bearer"', alone],
    [
      { ...admin, OPENAI_BASE_URL: "api.openai" },
      "bad-base-url",
      "OPENAI_BASE_URL is not a valid URL: api.openai",
      form,
    ],
    [{ ...admin, OPENAI_BASE_URL: KEY }, "bad-base-url", "OPENAI_BASE_URL is not a valid URL: [key removed]", form],
    [
      { ...admin, OPENAI_API_URL: "http://api.example.com/v1" },
      "bad-base-url",
      "OPENAI_API_URL uses http for api.example.com, which would send the admin key unencrypted",
      formOf("OPENAI_API_URL"),
    ],
    [
      { ...admin, OPENAI_BASE_URL: "https://me:secret@api.example.com/v1" },
      "bad-base-url",
      "OPENAI_BASE_URL has a user name or a password for api.example.com",
      form,
    ],
    [
      { ...admin, OPENAI_BASE_URL: "https://api.example.com/v1?key=secret" },
      "bad-base-url",
      "OPENAI_BASE_URL has a query or a fragment: https://api.example.com/v1",
      form,
    ],
    [
      { ...admin, OPENAI_BASE_URL: "ftp://api.example.com" },
      "bad-base-url",
      "OPENAI_BASE_URL must be an https URL, and begins with ftp:",
      form,
    ],
    [
      { ...admin, OPENAI_BASE_URL: "https://mine.openai.azure.com/openai/v1" },
      "bad-base-url",
      "OPENAI_BASE_URL names mine.openai.azure.com: Azure OpenAI has no Admin API",
      form,
    ],
    [
      { ...admin, OPENAI_ORG_ID: "my org" },
      "bad-organization",
      "OPENAI_ORG_ID has characters that an HTTP header can't hold",
      "Set OPENAI_ORG_ID to the organization ID (org-…) and nothing else, or unset it: an admin key belongs to one organization.",
    ],
  ])("%j", (env, kind, message, hint) => {
    expect(error(env)).toEqual({ kind, message, hint });
    expect(JSON.stringify(error(env))).not.toContain("sk-admin");
    expect(JSON.stringify(error(env))).not.toContain("secret");
  });
});

describe("text from outside", () => {
  it.each([
    [`Incorrect API key provided: ${KEY}. Sorry`, "Incorrect API key provided: [key removed] Sorry"],
    ["Incorrect API key provided: sk-admin-****abcd.", "Incorrect API key provided: [key removed]"],
    ["key 'sk-admin-…abcd' is gone", "key '[key removed]' is gone"],
    ["key (sk-...wxyz)", "key ([key removed])"],
    ["provided: abcd**********wxyz. Bye", "provided: [key removed] Bye"],
    ["provided: abcd••••wxyz", "provided: [key removed]"],
    ["a task-force at risk-free", "a task-force at risk-free"],
    ["two\r\n\x1b[31mlines\u2028and\u202Emore", "two [31mlines and more"],
    ["x".repeat(400), `${"x".repeat(299)}…`],
  ])("%j is shown as %j", (text, shown) => {
    expect(redactKeys(text)).toBe(shown);
  });

  it("never shows the key, for any text around it", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 8, unit: "grapheme-ascii" }), (a, b, key) => {
        fc.pre(
          !"[key removed]".includes(key) && !`${a}${b}`.includes(key) && key.trim() === key && !key.includes("  "),
        );
        expect(redactKeys(`${a}${key}${b}`, key)).not.toContain(key);
      }),
    );
  });
});
