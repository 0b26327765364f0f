import fc from "fast-check";
import type { Plain } from "../evaluation/plain-values.js";

/** A value as it was written into the generated text. */
export interface WrittenValue {
  readonly value: Plain;
  readonly start: number;
  readonly end: number;
  readonly items: readonly WrittenValue[];
}

export interface WrittenBody {
  readonly attributes: readonly { readonly name: string; readonly start: number; readonly value: WrittenValue }[];
  readonly blocks: readonly {
    readonly type: string;
    readonly labels: readonly string[];
    readonly start: number;
    readonly end: number;
    readonly body: WrittenBody;
  }[];
}

export interface WrittenFile {
  readonly text: string;
  readonly body: WrittenBody;
}

type ValueModel =
  | { readonly kind: "scalar"; readonly value: number | boolean | null }
  | { readonly kind: "string"; readonly value: string; readonly unicodeEscapes: boolean }
  | { readonly kind: "list"; readonly items: readonly ValueModel[]; readonly lines: boolean }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, ValueModel])[]; readonly lines: boolean };

interface BodyModel {
  readonly attributes: readonly (readonly [string, ValueModel])[];
  readonly blocks: readonly { readonly type: string; readonly labels: readonly string[]; readonly body: BodyModel }[];
}

const name = fc
  .tuple(
    fc.constantFrom("a", "b", "email", "role", "for", "in", "null", "größe", "_x", "日本"),
    fc.constantFrom("", "1", "-b", "_2"),
  )
  .map((parts) => parts.join(""));

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        "$",
        "{",
        "}",
        "%",
        "\\",
        '"',
        "\n",
        "\r",
        "\t",
        "#",
        "//",
        "/*",
        "*/",
        "<<E",
        "é",
        "e\u0301",
        "😀",
        " ",
        "~",
        "'",
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.join("")),
);

const { value } = fc.letrec<{ value: ValueModel }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({
      kind: fc.constant("scalar" as const),
      value: fc.oneof(
        fc.boolean(),
        fc.constant(null),
        fc.nat(),
        fc.nat().map((n) => n / 1000),
        fc.constantFrom(1e21, 1e-7),
      ),
    }),
    fc.record({ kind: fc.constant("string" as const), value: text, unicodeEscapes: fc.boolean() }),
    fc.record({
      kind: fc.constant("list" as const),
      items: fc.array(tie("value"), { maxLength: 4 }),
      lines: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("object" as const),
      members: fc.uniqueArray(fc.tuple(fc.oneof(name, text), tie("value")), {
        maxLength: 4,
        selector: ([key]) => key.normalize("NFC"),
      }),
      lines: fc.boolean(),
    }),
  ),
}));

const { body } = fc.letrec<{ body: BodyModel }>((tie) => ({
  body: fc.record({
    attributes: fc.uniqueArray(fc.tuple(name, value), { maxLength: 4, selector: ([key]) => key }),
    blocks: fc.oneof(
      { depthSize: "small" },
      fc.constant([]),
      fc.array(
        fc.record({
          type: name.map((type) => `t_${type}`),
          labels: fc.array(text, { maxLength: 2 }),
          body: tie("body"),
        }),
        { maxLength: 3 },
      ),
    ),
  }),
}));

/** Valid native-syntax files of literals, with odd strings, comments, white space and line ends. */
export const hclFile: fc.Arbitrary<WrittenFile> = fc
  .record({
    model: body,
    noise: fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
    newline: fc.constantFrom("\n", "\r\n"),
    mark: fc.boolean(),
  })
  .map(({ model, noise, newline, mark }) => new Writer(noise, newline, mark).file(model));

/** Writes a model as text, and records the place of each part. */
class Writer {
  readonly #noise: readonly number[];
  readonly #newline: string;
  #next = 0;
  #text: string;

  constructor(noise: readonly number[], newline: string, mark: boolean) {
    this.#noise = noise;
    this.#newline = newline;
    this.#text = mark ? "\ufeff" : "";
  }

  file(model: BodyModel): WrittenFile {
    const written = this.#body(model);
    return { text: this.#text, body: written };
  }

  #body({ attributes, blocks }: BodyModel): WrittenBody {
    const writtenAttributes = attributes.map(([key, model]) => {
      this.#emptyLines();
      const start = this.#text.length;
      this.#text += key;
      this.#blank();
      this.#text += "=";
      this.#blank();
      const written = this.#value(model);
      this.#endLine();
      return { name: key, start, value: written };
    });
    const writtenBlocks = blocks.map((block) => {
      this.#emptyLines();
      const start = this.#text.length;
      this.#text += block.type;
      const labels = block.labels.map((label) => {
        this.#text += ` ${quote(label, false)}`;
        return label.normalize("NFC");
      });
      this.#text += " {";
      this.#endLine();
      const inside = this.#body(block.body);
      this.#text += "}";
      const end = this.#text.length;
      this.#endLine();
      return { type: block.type, labels, start, end, body: inside };
    });
    return { attributes: writtenAttributes, blocks: writtenBlocks };
  }

  #value(model: ValueModel): WrittenValue {
    const start = this.#text.length;
    const done = (plain: Plain, items: readonly WrittenValue[] = []): WrittenValue => ({
      value: plain,
      start,
      end: this.#text.length,
      items,
    });
    switch (model.kind) {
      case "scalar":
        this.#text += String(model.value);
        return done(model.value);
      case "string":
        this.#text += quote(model.value, model.unicodeEscapes);
        return done(model.value.normalize("NFC"));
      case "list": {
        this.#text += "[";
        const items = model.items.map((item) => {
          if (model.lines) this.#endLine();
          this.#blank();
          const written = this.#value(item);
          this.#blank();
          this.#text += ",";
          return written;
        });
        if (model.lines) this.#endLine();
        this.#text += "]";
        return done(
          items.map((item) => item.value),
          items,
        );
      }
      case "object": {
        this.#text += "{";
        const items: WrittenValue[] = [];
        const entries = model.members.map(([key, member]): [string, Plain] => {
          if (model.lines) this.#endLine();
          this.#blank();
          this.#text += /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(key) && key !== "for" ? key : quote(key, false);
          this.#blank();
          this.#text += this.#pick() % 2 === 0 ? "=" : ":";
          this.#blank();
          const written = this.#value(member);
          items.push(written);
          this.#blank();
          if (!model.lines || this.#pick() % 2 === 0) this.#text += ",";
          return [key.normalize("NFC"), written.value];
        });
        if (model.lines) this.#endLine();
        this.#text += "}";
        return done(Object.fromEntries(entries), items);
      }
    }
  }

  #pick(): number {
    this.#next += 1;
    return this.#noise[this.#next % this.#noise.length] ?? 0;
  }

  #blank(): void {
    this.#text += [" ", "", "  ", "\t", ' /* } " */ ', "/**/"][this.#pick() % 6] ?? "";
  }

  #endLine(): void {
    this.#text += (["", " ", ' # "{ [', " // }", " /* <<E */"][this.#pick() % 5] ?? "") + this.#newline;
  }

  #emptyLines(): void {
    this.#text +=
      ["", "", this.#newline, `  # ${"}".repeat(3)}${this.#newline}`, `/* "${this.#newline}{ */${this.#newline}`][
        this.#pick() % 5
      ] ?? "";
  }
}

function quote(value: string, unicodeEscapes: boolean): string {
  const escaped = value
    .replace(/\\/g, "\\\\")
    .replace(/"/g, '\\"')
    .replace(/\$+\{/g, (run) => `$${run}`)
    .replace(/%+\{/g, (run) => `%${run}`)
    .replace(/\n/g, "\\n")
    .replace(/\r/g, "\\r")
    .replace(/\t/g, "\\t")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped.
    .replace(/[\x00-\x1f\x7f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (!unicodeEscapes) return `"${escaped}"`;
  return `"${escaped.replace(/[^\x20-\x7e]/gu, (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, "0")}`)}"`;
}
