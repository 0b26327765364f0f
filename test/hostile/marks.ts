/** Secrets that are searched for in all output and files, by the name that a failing test prints. */
export type Marks = Readonly<Record<string, string>>;

/** This number of adjacent letters of a secret counts as a part of it. */
const PART = 10;

/** The forms in which a text may be in another one; any part of each form is searched for. */
const ENCODINGS: Readonly<Record<string, (text: string) => readonly string[]>> = {
  plain: (text) => [text],
  reversed: (text) => [[...text].reverse().join("")],
  // The bytes around a secret decide how base64 groups its bytes, and change the letters at both ends.
  base64: (text) =>
    ["", "x", "xx"].map((before) =>
      Buffer.from(`${before}${text}`)
        .toString("base64")
        .replace(/=+$/, "")
        .slice(before === "" ? 0 : 4, -1),
    ),
  hex: (text) => [Buffer.from(text).toString("hex")],
  url: (text) => [encodeURIComponent(text), [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join("")],
  json: (text) => [
    JSON.stringify(text).slice(1, -1),
    [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
  ],
  xml: (text) => [text.replace(/[^\w]/g, (one) => `&#${one.charCodeAt(0)};`)],
};

/** All parts of a text, in lower case as they are searched for; parts of longer encodings are longer. */
function partsOf(text: string, ratio: number): string[] {
  const length = Math.ceil(PART * ratio);
  const folded = text.toLowerCase();
  return Array.from({ length: Math.max(1, folded.length - length + 1) }, (_, at) => folded.slice(at, at + length));
}

/** The names of the marks that have a part, in any encoding, in a text; each with the encoding. */
export function marksIn(text: string, marks: Marks): string[] {
  const plain = text.toLowerCase();
  // Base64 for URLs has two different letters.
  const folded = `${plain}\n${plain.replaceAll("-", "+").replaceAll("_", "/")}`;
  return Object.entries(marks).flatMap(([name, mark]) =>
    Object.entries(ENCODINGS).flatMap(([encoding, encode]) => {
      const found = encode(mark)
        .flatMap((encoded) => partsOf(encoded, encoded.length / mark.length))
        .find((part) => folded.includes(part));
      return found === undefined ? [] : [`${name} (${encoding}: ${found})`];
    }),
  );
}
