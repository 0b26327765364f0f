/**
 * How a value depends on values from outside the configuration, the weakest first: something was only decided by it; it
 * is a part of a collection, as it was given; it was given as a whole; it was made from what was given.
 */
const WAYS = ["decided", "part", "whole", "made"] as const;
export type Way = (typeof WAYS)[number];

/** What must be known of a value before it is shown. Everything that is made from it is marked too. */
export interface Marks {
  /** Declared so, or made from something that is. */
  readonly sensitive?: true;
  /**
   * Not written in the configuration: from the environment, a command line, a variable file, or a file that is read.
   */
  readonly elsewhere?: { readonly from: readonly string[]; readonly way: Way };
}

/** More names are not kept: one is shown. */
const MOST_NAMES = 4;

export function union(...given: readonly (Marks | undefined)[]): Marks | undefined {
  const marks = given.filter((one) => one !== undefined);
  if (marks.length <= 1) return marks[0];
  let sensitive = false;
  let way: Way | undefined;
  let names: readonly string[] = [];
  for (const one of marks) {
    sensitive ||= one.sensitive === true;
    if (one.elsewhere === undefined) continue;
    way = way === undefined || WAYS.indexOf(one.elsewhere.way) > WAYS.indexOf(way) ? one.elsewhere.way : way;
    names =
      names.length === 0 ? one.elsewhere.from : [...new Set([...names, ...one.elsewhere.from])].slice(0, MOST_NAMES);
  }
  if (!sensitive && way === undefined) return undefined;
  return { ...(sensitive && { sensitive }), ...(way !== undefined && { elsewhere: { from: names, way } }) };
}

export function by(marks: Marks | undefined, way: Way): Marks | undefined {
  if (marks?.elsewhere === undefined) return marks;
  return { ...marks, elsewhere: { from: marks.elsewhere.from, way } };
}

/** The marks of what something marked decides, without being in it. */
export function deciding(marks: Marks | undefined): Marks | undefined {
  return by(marks, marks?.elsewhere?.way === "made" ? "made" : "decided");
}

export const SENSITIVE = "(sensitive)";

/** What stands for a value that is not shown. */
export function placeholder(marks: Marks): string {
  const [name] = marks.sensitive === true ? [] : (marks.elsewhere?.from ?? []);
  return name === undefined ? SENSITIVE : `(from ${name})`;
}

const EMAIL = /^[\p{L}\p{M}\p{N}!#$%&'*+=?^_`{|}~.-]{1,64}@[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
const KEY = /(?<![\p{L}\p{N}])sk-[\w-]{8,}/u;

/** A text without what looks like one of OpenAI's keys. */
export function withoutKeys(text: string): string {
  return text.replace(KEY, "sk-•••");
}

/** Whether a text looks like an email address. */
export function isEmail(text: string): boolean {
  return EMAIL.test(text);
}

/** Whether a text may be shown that has these marks; see `shownText`. */
export function isShowable(text: string, { sensitive, elsewhere }: Marks, use?: "key"): boolean {
  if (sensitive === true || KEY.test(text)) return false;
  if (elsewhere === undefined) return true;
  if (elsewhere.way === "made") return false;
  return EMAIL.test(text) || (use === "key" && elsewhere.way !== "whole");
}
