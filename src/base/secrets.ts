/** A text that begins as OpenAI's keys do. */
const KEY = /\bsk-[\w-]{8,}/g;

/** One that is complete. No name of a resource, which others need to read as it is, looks like that. */
const WHOLE_KEY = /\bsk-(?:(?:admin|proj|svcacct)-[\w-]{16,}|[A-Za-z0-9]{32,})/g;

/** Names of variables that hold secrets. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS/i;

/** Shorter values would be found in ordinary words. */
const SHORTEST_SECRET = 8;

/** A text with dots in place of OpenAI's keys, as many as they had letters, so that marks below a line still fit. */
export function maskOpenAiKeys(text: string): string {
  return text.replace(KEY, dotted);
}

/** The same for complete keys only: for text that also has addresses and commands. */
export function maskWholeKeys(text: string): string {
  return text.replace(WHOLE_KEY, dotted);
}

function dotted(key: string): string {
  return `sk-${"•".repeat(key.length - 3)}`;
}

/** A password in a URL, as in a proxy's. */
const URL_PASSWORD = /:\/\/[^\s/@:]*:([^\s/@]+)@/g;

/** The secrets of an environment: variables with such a name, the values of Terraform's variables, and passwords in URLs. */
function secretsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) => {
    const isSecret = SECRET_NAME.test(name) || name.startsWith("TF_VAR_");
    return [...(isSecret ? [value] : []), ...[...value.matchAll(URL_PASSWORD)].map(([, password = ""]) => password)];
  });
}

/** As it is written in a URL, which can't have halves of surrogate pairs. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, "\uFFFD"));
}

/** What another program says, without the secrets of the environment that it was started from, quoted for a URL or JSON too. */
export function withoutSecrets(text: string, env: Readonly<Record<string, string | undefined>>): string {
  const secrets = secretsOf(env)
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, urlEncoded(secret), JSON.stringify(secret).slice(1, -1)])
    // One may be part of another.
    .sort((a, b) => b.length - a.length);
  let masked = text;
  for (const secret of new Set(secrets)) masked = masked.replaceAll(secret, () => "[secret removed]");
  return maskOpenAiKeys(masked);
}
