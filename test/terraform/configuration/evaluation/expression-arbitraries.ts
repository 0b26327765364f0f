import fc from "fast-check";

/** An expression whose value is a collection of texts, with its value by a plain model. */
export interface ModelledExpression {
  readonly text: string;
  readonly model: Model;
}

export type Model =
  | { readonly kind: "list" | "set"; readonly items: readonly string[] }
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, string> };

const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom("ann", "ben", "cas", "dan", "eve@example.com", "o'neil", "Zoe", "10", "9") },
  {
    weight: 1,
    arbitrary: fc.string({
      unit: fc.constantFrom("a", "é", "\u{1F600}", "\uffee", '"', "\\", "$", "{", "%", " "),
      maxLength: 4,
    }),
  },
);

/** The text as an HCL literal, without a template. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll("$", "\\u0024").replaceAll("%", "\\u0025");
}

/** Compares UTF-8 bytes, in a different way than the code under test. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, "utf8"), Buffer.from(b, "utf8"));
}

const sortedUnique = (items: readonly string[]) => [...new Set(items)].toSorted(byBytes);
const iterated = (model: Model): readonly string[] =>
  model.kind === "map"
    ? [...model.entries.keys()].toSorted(byBytes).map((key) => model.entries.get(key) ?? "")
    : model.items;
const list = (text: string, items: readonly string[]): ModelledExpression => ({ text, model: { kind: "list", items } });

const literal = fc
  .array(word, { minLength: 1, maxLength: 4 })
  .map((items): ModelledExpression => list(`[${items.map(quote).join(", ")}]`, items));

const mapLiteral = fc.uniqueArray(fc.tuple(word, word), { selector: ([key]) => key, maxLength: 3 }).map(
  (pairs): ModelledExpression => ({
    text: `{ ${pairs.map(([key, value]) => `${quote(key)} = ${quote(value)}`).join(", ")} }`,
    model: { kind: "map", entries: new Map(pairs) },
  }),
);

const { chain } = fc.letrec<{ chain: ModelledExpression; map: ModelledExpression }>((tie) => ({
  chain: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    literal,
    tie("chain").map(
      ({ text, model }): ModelledExpression => ({
        text: `toset(${text})`,
        model: { kind: "set", items: sortedUnique(iterated(model)) },
      }),
    ),
    tie("chain").map(({ text, model }) => list(`[for x in ${text} : x]`, iterated(model))),
    tie("chain").map(({ text, model }) =>
      list(
        `[for x in ${text} : "<\${x}>"]`,
        iterated(model).map((item) => `<${item}>`),
      ),
    ),
    tie("chain").map(({ text, model }) =>
      list(
        `[for x in ${text} : x if x != "ann"]`,
        iterated(model).filter((item) => item !== "ann"),
      ),
    ),
    fc
      .tuple(tie("chain"), tie("chain"))
      .map(([a, b]) =>
        list(`concat(tolist(${a.text}), [for x in ${b.text} : x])`, [...iterated(a.model), ...iterated(b.model)]),
      ),
    fc
      .tuple(tie("chain"), tie("chain"))
      .map(([a, b]) => list(`flatten([${a.text}, [${b.text}]])`, [...iterated(a.model), ...iterated(b.model)])),
    tie("chain").map(({ text, model }) => list(`distinct(${text})`, [...new Set(iterated(model))])),
    tie("chain").map(({ text, model }) => list(`sort(${text})`, iterated(model).toSorted(byBytes))),
    tie("map").map(({ text, model }) =>
      list(`keys(${text})`, model.kind === "map" ? [...model.entries.keys()].toSorted(byBytes) : []),
    ),
    tie("map").map(({ text, model }) => list(`values(${text})`, iterated(model))),
  ),
  map: fc.oneof(
    { depthSize: "small" },
    mapLiteral,
    fc.tuple(tie("map"), tie("map")).map(
      ([a, b]): ModelledExpression => ({
        text: `merge(${a.text}, ${b.text})`,
        model: { kind: "map", entries: new Map([...entriesOf(a.model), ...entriesOf(b.model)]) },
      }),
    ),
    tie("map").map(
      ({ text, model }): ModelledExpression => ({
        text: `{ for k, v in ${text} : "\${k}!" => v if v != "ben" }`,
        model: {
          kind: "map",
          entries: new Map(
            entriesOf(model)
              .filter(([, v]) => v !== "ben")
              .map(([k, v]) => [`${k}!`, v]),
          ),
        },
      }),
    ),
    tie("chain").map(
      ({ text, model }): ModelledExpression => ({
        text: `{ for x in toset(${text}) : x => x }`,
        model: { kind: "map", entries: new Map(sortedUnique(iterated(model)).map((item) => [item, item])) },
      }),
    ),
  ),
}));

function entriesOf(model: Model): readonly (readonly [string, string])[] {
  return model.kind === "map" ? [...model.entries] : [];
}

/** Chains of toset, for, merge, concat and similar over literal texts. */
export const collectionExpression: fc.Arbitrary<ModelledExpression> = chain;

/** The model's value as JSON prints it. */
export function modelValue(model: Model): unknown {
  return model.kind === "map" ? Object.fromEntries(model.entries) : model.items;
}

const scalar = fc.constantFrom('"a"', '"10"', '"true"', '""', "1", "0.1", "10", "true", "false", "null", "1.50", '"é"');

/** Expressions that mix numbers, texts and truth values, lists and sets, objects and maps; many of them fail. */
export const mixedExpression: fc.Arbitrary<string> = fc.letrec<{ any: string; list: string; map: string }>((tie) => {
  const call = (name: string, ...args: readonly fc.Arbitrary<string>[]) =>
    fc.tuple(...args).map((texts) => `${name}(${texts.join(", ")})`);
  const tuple = fc.array(tie("any"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`);
  const object = fc
    .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c"), tie("any")), { selector: ([name]) => name, maxLength: 3 })
    .map((entries) => `{ ${entries.map(([name, value]) => `${name} = ${value}`).join(", ")} }`);
  const either = (part: fc.Arbitrary<string>) =>
    fc.tuple(fc.constantFrom("true", "false"), part, part).map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`);
  const list = fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: tuple },
    call("tolist", tie("list")),
    call("toset", tie("list")),
    call("concat", tie("list"), tie("list")),
    call("flatten", tie("list")),
    call("distinct", tie("list")),
    call("compact", tie("list")),
    call("reverse", tie("list")),
    call("setunion", tie("list"), tie("list")),
    call("setsubtract", tie("list"), tie("list")),
    call("setproduct", tie("list"), tie("list")),
    call("coalescelist", tie("list"), tie("list")),
    call("keys", tie("map")),
    call("values", tie("map")),
    either(tie("list")),
    fc.tuple(tie("list")).map(([of]) => `[for x in ${of} : [x]]`),
    fc.tuple(tie("list")).map(([of]) => `${of}[*].a`),
  );
  const map = fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 4, arbitrary: object },
    call("tomap", tie("map")),
    call("merge", tie("map"), tie("map")),
    either(tie("map")),
    fc.tuple(tie("list")).map(([of]) => `{ for i, x in ${of} : i => x }`),
    call("zipmap", tie("list"), tie("list")),
  );
  const any = fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 5, arbitrary: scalar },
    { weight: 2, arbitrary: tie("list") },
    { weight: 2, arbitrary: tie("map") },
    either(tie("any")),
    call("coalesce", tie("any"), tie("any")),
    call("lookup", tie("map"), fc.constant('"a"'), tie("any")),
    call("try", tie("any"), tie("any")),
    call("can", tie("any")),
    call("one", tie("list")),
    call("length", tie("list")),
    // Expressions that older and newer versions evaluate differently are omitted: searching a null, and an operand that
    // `&&` does not need.
    call("contains", tie("list"), fc.constantFrom('"a"', "1", "true", '["a"]')),
    call("jsonencode", tie("any")),
    call("tostring", tie("any")),
    call("sum", tie("list")),
    call("join", fc.constant('"-"'), tie("list")),
    fc
      .tuple(tie("any"), fc.constantFrom("==", "!=", "+", "*", "%", "<"), tie("any"))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
  );
  return { any, list, map };
}).any;
