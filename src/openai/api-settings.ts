import type { Surroundings } from "../base/engine-context.js";
import { redactKeys } from "./redact-keys.js";

/** What the Admin API client needs from the environment. */
export interface ApiSettings {
  /** The admin key, never shown. */
  readonly key: string;
  /** The variable the key came from, for messages. */
  readonly keyVariable: string;
  /** Without a slash at the end, e.g. `https://api.openai.com/v1`. */
  readonly baseUrl: URL;
  readonly organization?: string;
}

export interface ApiSettingsError {
  readonly kind: "no-key" | "bad-key" | "bad-base-url" | "bad-organization";
  readonly message: string;
  readonly hint: string;
}

export const DEFAULT_BASE_URL = "https://api.openai.com/v1";

/** Where an organization's owner creates admin keys. */
export const ADMIN_KEYS_PAGE = "https://platform.openai.com/settings/organization/admin-keys";

/**
 * Reads the settings from environment variables, whose names are those of OpenAI's own libraries
 * (`OPENAI_ADMIN_KEY`, `OPENAI_BASE_URL`, `OPENAI_ORG_ID`,
 * https://developers.openai.com/api/docs/guides/admin-apis), with `OPENAI_API_URL` as another name for the base URL.
 * `keyVariable` is the variable that holds the key.
 */
export function readApiSettings(
  env: Surroundings["env"],
  keyVariable = "OPENAI_ADMIN_KEY",
): { readonly ok: true; readonly settings: ApiSettings } | { readonly ok: false; readonly error: ApiSettingsError } {
  const key = env[keyVariable]?.trim() ?? "";
  const keyError = key === "" ? noKey(env, keyVariable) : badKey(key, keyVariable);
  if (keyError !== undefined) return { ok: false, error: keyError };

  const baseUrl = readBaseUrl(env);
  if (!(baseUrl instanceof URL)) return { ok: false, error: baseUrl };

  const organization = env["OPENAI_ORG_ID"]?.trim() ?? "";
  if (organization === "") return { ok: true, settings: { key, keyVariable, baseUrl } };
  if (!/^[\x21-\x7e]+$/.test(organization)) {
    const message = "OPENAI_ORG_ID has characters that an HTTP header can't hold";
    const hint =
      "Set OPENAI_ORG_ID to the organization ID (org-…) and nothing else, or unset it: an admin key belongs to one organization.";
    return { ok: false, error: { kind: "bad-organization", message, hint } };
  }
  return { ok: true, settings: { key, keyVariable, baseUrl, organization } };
}

function noKey(env: Surroundings["env"], variable: string): ApiSettingsError {
  const ordinary =
    (env["OPENAI_API_KEY"] ?? "").trim() === "" ? "" : " OPENAI_API_KEY is not used: the Admin API refuses such keys.";
  return {
    kind: "no-key",
    message: `no admin key: ${variable} is not set`,
    hint: `Set ${variable} to an admin key with the scope api.management.read. An owner of the organization creates one at ${ADMIN_KEYS_PAGE}.${ordinary} Without a key you can run: tfinvite lint, tfinvite check --offline, tfinvite status --offline.`,
  };
}

function badKey(key: string, variable: string): ApiSettingsError | undefined {
  const error = (message: string): ApiSettingsError => ({
    kind: "bad-key",
    message: `${variable} ${message}`,
    hint: `Set ${variable} to the admin key and nothing else, as OpenAI showed it.`,
  });
  if (/^["'`]|["'`]$/.test(key)) return error("begins or ends with a quotation mark");
  if (/^bearer\s/i.test(key)) return error('begins with the word "Bearer"');
  if (!/^[\x21-\x7e]+$/.test(key)) {
    return error("has a character that an HTTP header can't hold (a space, a line break, a non-ASCII letter)");
  }
  return undefined;
}

function readBaseUrl(env: Surroundings["env"]): URL | ApiSettingsError {
  const variable = (env["OPENAI_BASE_URL"] ?? "").trim() === "" ? "OPENAI_API_URL" : "OPENAI_BASE_URL";
  const text = env[variable]?.trim() ?? "";
  const error = (message: string): ApiSettingsError => ({
    kind: "bad-base-url",
    message: `${variable} ${message}`,
    hint: `Set ${variable} to a URL such as ${DEFAULT_BASE_URL}, or unset it to use that one.`,
  });
  if (text === "") return new URL(DEFAULT_BASE_URL);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return error(`is not a valid URL: ${redactKeys(text)}`);
  // Parts that may be secret are never shown.
  if (url.username !== "" || url.password !== "") return error(`has a user name or a password for ${url.host}`);
  if (url.search !== "" || url.hash !== "") return error(`has a query or a fragment: ${url.origin}${url.pathname}`);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return error(`must be an https URL, and begins with ${redactKeys(url.protocol)}`);
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    return error(`uses http for ${url.host}, which would send the admin key unencrypted`);
  }
  if (url.hostname.endsWith(".azure.com")) return error(`names ${url.host}: Azure OpenAI has no Admin API`);
  url.pathname = url.pathname.replace(/\/+$/, "");
  return url;
}

/** Whether a URL's host is this machine itself. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d+){3}$/.test(host);
}
