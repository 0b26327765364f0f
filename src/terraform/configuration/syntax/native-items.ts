import { partition } from "../../../base/partition.js";
import { endOfLine, type ScanEvent, scanCode } from "./code-scanner.js";
import { BYTE_ORDER_MARK } from "./line-index.js";

/** An argument or block that was found by its first line. Offsets into the text; ends are exclusive. */
export type NativeItem =
  | {
      readonly kind: "attribute";
      readonly start: number;
      readonly nameEnd: number;
      readonly valueStart: number;
      readonly end: number;
    }
  | {
      readonly kind: "block";
      readonly start: number;
      readonly typeEnd: number;
      readonly labels: readonly (readonly [number, number])[];
      /** The opening brace. */
      readonly open: number;
      readonly bodyEnd: number;
      readonly end: number;
    };

const NAME = String.raw`[\p{ID_Start}_][\p{ID_Continue}-]*`;
const QUOTED = String.raw`"(?:[^"\\\r\n]|\\[^\r\n])*"`;
const GAP = String.raw`(?:[ \t]|\/\*(?:[^*]|\*(?!\/))*\*\/)`;
const ATTRIBUTE = new RegExp(`(${NAME})${GAP}*=(?![=>])${GAP}*`, "uy");
const BLOCK = new RegExp(String.raw`(${NAME})((?:${GAP}+${NAME}|${GAP}*${QUOTED})*)${GAP}*\{`, "uy");
const LABEL = new RegExp(`${GAP}+|(${QUOTED}|${NAME})`, "gu");

interface CodeLine {
  /** The first character that is not white space. */
  readonly offset: number;
  readonly indent: number;
}

/**
 * Finds the items of a file whose brackets or quotes may not match: by the look of their first lines and by
 * indentation. Brackets count as closed by a closing bracket at a column that the opening line allows.
 */
export class ItemFinder {
  readonly #text: string;
  readonly #valid: boolean;
  readonly #lines: CodeLine[] = [];
  /** Line ends and brackets of plain code, in source order. */
  readonly #events: ScanEvent[] = [];
  readonly #closers: ReadonlyMap<number, number>;

  /** `valid` says that HCL's own parser has no objection, so that brackets can be taken at their word. */
  constructor(text: string, valid: boolean) {
    this.#text = text;
    this.#valid = valid;
    this.#addLine(text.startsWith(BYTE_ORDER_MARK) ? 1 : 0);
    scanCode(
      text,
      0,
      text.length,
      (event) => {
        // A string that ends early ends its line, too: the scanner tells of that line end next.
        if (event.level > 0 || !["open", "close", "newline"].includes(event.kind)) return;
        this.#events.push(event);
        if (event.kind === "newline") this.#addLine(event.offset + 1);
      },
      { lineBound: !valid },
    );
    this.#closers = this.#matchBrackets();
  }

  /** The items between two offsets, in source order; other text is skipped. */
  *items(start: number, end: number): Generator<NativeItem> {
    let line = firstFrom(this.#lines, start);
    const first = /[^\s]/g;
    first.lastIndex = start;
    // The body of a one-line block starts behind its brace.
    let at: number | undefined = first.exec(this.#text)?.index ?? end;
    let indentLimit = Number.POSITIVE_INFINITY;
    while (at !== undefined && at < end) {
      const indent = this.#indentAt(at);
      const item = indent <= indentLimit ? this.#itemAt(at, indent, end) : undefined;
      if (item !== undefined) {
        yield item.item;
        indentLimit = item.closed ? Number.POSITIVE_INFINITY : indent;
      }
      const after = item === undefined ? at + 1 : item.item.end;
      while ((this.#lines[line]?.offset ?? Number.POSITIVE_INFINITY) < after) line += 1;
      at = this.#lines[line]?.offset;
    }
  }

  #itemAt(at: number, indent: number, end: number): { item: NativeItem; closed: boolean } | undefined {
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(this.#text);
    if (attribute?.[1] !== undefined) {
      const valueStart = at + attribute[0].length;
      const { end: rawEnd, closed } = this.#valueEnd(valueStart, end);
      const valueEnd = valueStart + this.#text.slice(valueStart, rawEnd).trimEnd().length;
      return {
        item: { kind: "attribute", start: at, nameEnd: at + attribute[1].length, valueStart, end: valueEnd },
        closed,
      };
    }
    BLOCK.lastIndex = at;
    const block = BLOCK.exec(this.#text);
    if (block?.[1] === undefined) return undefined;
    const open = at + block[0].length - 1;
    const typeEnd = at + block[1].length;
    const labels = [...(block[2] ?? "").matchAll(LABEL)].flatMap(([, label], index, all): [number, number][] => {
      const start = typeEnd + (all[index]?.index ?? 0);
      return label === undefined ? [] : [[start, start + label.length]];
    });
    const close = this.#closers.get(open);
    const closed = close !== undefined && close < end;
    const rest = closed ? close : this.#nextLineAtOrLeftOf(indent, open, end);
    const bodyEnd = closed ? close : open + this.#text.slice(open, rest).trimEnd().length;
    return {
      item: { kind: "block", start: at, typeEnd, labels, open, bodyEnd, end: closed ? close + 1 : bodyEnd },
      closed: true,
    };
  }

  /** A value goes to the end of its line, with every bracket on the way closed. */
  #valueEnd(start: number, end: number): { end: number; closed: boolean } {
    let index = firstFrom(this.#events, start);
    for (let event = this.#events[index]; event !== undefined && event.offset < end; event = this.#events[index]) {
      if (event.kind !== "open") return { end: event.offset, closed: true };
      const close = this.#closers.get(event.offset);
      if (close === undefined || close >= end) return { end: endOfLine(this.#text, event.offset, end), closed: false };
      index = firstFrom(this.#events, close + 1);
    }
    return { end, closed: true };
  }

  #nextLineAtOrLeftOf(indent: number, offset: number, end: number): number {
    for (let index = firstFrom(this.#lines, offset); index < this.#lines.length; index += 1) {
      const line = this.#lines[index];
      if (line === undefined || line.offset >= end) break;
      if (line.indent <= indent && this.#startsItem(line.offset)) return line.offset;
    }
    return end;
  }

  #startsItem(at: number): boolean {
    ATTRIBUTE.lastIndex = at;
    BLOCK.lastIndex = at;
    return ATTRIBUTE.test(this.#text) || BLOCK.test(this.#text);
  }

  #matchBrackets(): ReadonlyMap<number, number> {
    const closers = new Map<number, number>();
    const open: { offset: number; closer: string; indent: number }[] = [];
    const counts = new Map<string, number>();
    const count = (closer: string) => counts.get(closer) ?? 0;
    const pop = () => {
      const opener = open.pop();
      if (opener !== undefined) counts.set(opener.closer, count(opener.closer) - 1);
      return opener;
    };
    let line = 0;
    for (const { kind, offset } of this.#events) {
      while ((this.#lines[line + 1]?.offset ?? Number.POSITIVE_INFINITY) <= offset) line += 1;
      const { offset: start, indent } = this.#lines[line] ?? { offset: 0, indent: 0 };
      const char = this.#text[offset] ?? "";
      if (kind === "open") {
        const closer = CLOSERS.get(char) ?? "";
        open.push({ offset, closer, indent });
        counts.set(closer, count(closer) + 1);
      }
      if (kind !== "close") continue;
      // A closer that starts its line closes nothing that was opened further to the right.
      if (start === offset && !this.#valid) while ((open[open.length - 1]?.indent ?? -1) > indent) pop();
      if (count(char) === 0) continue;
      for (let opener = pop(); opener !== undefined; opener = pop()) {
        if (opener.closer !== char) continue;
        closers.set(opener.offset, offset);
        break;
      }
    }
    return closers;
  }

  #addLine(from: number): void {
    let start = from;
    let afterComment = false;
    for (;;) {
      while (this.#text[start] === " " || this.#text[start] === "\t") start += 1;
      // Code may follow the end of a comment on its line.
      const close = this.#text.startsWith("/*", start) ? this.#text.indexOf("*/", start + 2) : -1;
      if (close === -1) break;
      start = close + 2;
      afterComment = true;
    }
    if (start < this.#text.length && this.#text[start] !== "\n" && this.#text[start] !== "\r") {
      this.#lines.push({ offset: start, indent: afterComment ? 0 : start - from });
    }
  }

  #indentAt(at: number): number {
    const index = firstFrom(this.#lines, at);
    const line = this.#lines[index];
    return (line?.offset === at ? line : this.#lines[index - 1])?.indent ?? 0;
  }
}

const CLOSERS: ReadonlyMap<string, string> = new Map(Object.entries({ "{": "}", "[": "]", "(": ")" }));

/** The index of the first of some ordered places that is not before an offset. */
function firstFrom(places: readonly { readonly offset: number }[], offset: number): number {
  return partition(places.length, (index) => (places[index]?.offset ?? 0) < offset);
}
