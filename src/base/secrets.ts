/** A text that begins as OpenAI's keys do. */
const KEY = /\bsk-[\w-]{8,}/g;

/** Names of variables that hold what nobody else may see. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS/i;

/** Shorter values would be found in ordinary words. */
const SHORTEST_SECRET = 8;

/** A text with dots in place of OpenAI's keys, as many as they had letters, so that marks below a line still fit. */
export function maskOpenAiKeys(text: string): string {
  return text.replace(KEY, (key) => `sk-${"•".repeat(key.length - 3)}`);
}

/** What another program says, without the secrets of the environment that it was started from. */
export function withoutSecrets(text: string, env: Readonly<Record<string, string | undefined>>): string {
  let masked = text;
  for (const [name, value = ""] of Object.entries(env))
    if (SECRET_NAME.test(name) && value.length >= SHORTEST_SECRET)
      masked = masked.replaceAll(value, "[secret removed]");
  return maskOpenAiKeys(masked);
}
