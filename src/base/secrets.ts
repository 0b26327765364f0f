/** A text that begins as OpenAI's keys do. */
const KEY = /\bsk-[\w-]{8,}/g;

/** One that is complete. No name of a resource, which others need to read as it is, looks like that. */
const WHOLE_KEY = /\bsk-(?:(?:admin|proj|svcacct)-[\w-]{16,}|[A-Za-z0-9]{32,})/g;

/** Names of variables that hold what nobody else may see. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS/i;

/** Shorter values would be found in ordinary words. */
const SHORTEST_SECRET = 8;

/** A text with dots in place of OpenAI's keys, as many as they had letters, so that marks below a line still fit. */
export function maskOpenAiKeys(text: string): string {
  return text.replace(KEY, dotted);
}

/** The same of complete keys only: for a text in which addresses and commands stand, too. */
export function maskWholeKeys(text: string): string {
  return text.replace(WHOLE_KEY, dotted);
}

function dotted(key: string): string {
  return `sk-${"•".repeat(key.length - 3)}`;
}

/** What another program says, without the secrets of the environment that it was started from. */
export function withoutSecrets(text: string, env: Readonly<Record<string, string | undefined>>): string {
  let masked = text;
  for (const [name, value = ""] of Object.entries(env))
    if (SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET)
      masked = masked.replaceAll(value, "[secret removed]");
  return maskOpenAiKeys(masked);
}
