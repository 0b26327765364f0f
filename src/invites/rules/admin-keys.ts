/** What OpenAI's keys look like in any text: with one of the known beginnings, or without and in one piece. */
const KEY = /^sk-(?:(?:admin|proj|svcacct|None)-[A-Za-z0-9_-]{16,}|[A-Za-z0-9]{20,})$/;
/** The same within any text. */
const KEY_WITHIN = /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}/g;

/** Every file with a key has one of these texts, which we search before we parse anything: `sk-` alone is in `disk-size`. */
export const KEY_PREFILTER: readonly string[] = ["sk-admin-", "sk-proj-", "sk-svcacct-", "sk-None-", '"sk-'];

/** Filling that no key has: dots, brackets, the same letter over and over. */
const FILLING = /\.\.\.|…|[<>*]|[xX]{4}|0{8}|\$\{/;
/** Words that stand for a key until someone writes the key. */
const WORDS: ReadonlySet<string> = new Set(
  "change changeme dummy example fake fixme here insert none null placeholder redacted replace replaceme sample secret test testing todo tbd unused your yourkey".split(
    " ",
  ),
);

/** Whether a text looks like a key of OpenAI's, and not like something that stands for one. */
export function isKey(text: string): boolean {
  return KEY.test(text.trim()) && isSecret(text);
}

/** Where keys are in a text, in any syntax, comments included. */
export function keysWithin(text: string): { readonly start: number; readonly end: number }[] {
  return Array.from(text.matchAll(KEY_WITHIN))
    .filter(([key]) => isKey(key))
    .map(({ 0: key, index }) => ({ start: index, end: index + key.length }));
}

/** Whether what is given where a key belongs is one: neither empty nor a placeholder such as `YOUR_KEY` or `sk-admin-...`. */
export function isSecret(text: string): boolean {
  const key = text.trim().replace(/^sk-(?:(?:admin|proj|svcacct)-?)?/, "");
  if (key === "" || FILLING.test(key) || /^[xX._-]+$/.test(key)) return false;
  return !key.split(/[^A-Za-z0-9]+/).some((word) => WORDS.has(word.toLowerCase()));
}
