/** The look of a piece of text on a terminal, as a class of the picture's style sheet. */
const LOOKS: Readonly<Record<string, string>> = {
  "1": "b",
  "2": "d",
  "31": "r",
  "32": "g",
  "33": "y",
  "34": "l",
  "35": "m",
  "36": "c",
  "90": "d",
};
const ENDS: Readonly<Record<string, readonly string[]>> = {
  "22": ["b", "d"],
  "39": ["r", "g", "y", "l", "m", "c", "d"],
};

const COLUMNS = 104;
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;

const STYLE = `
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328;white-space:pre}
.f{fill:#f6f8fa;stroke:#d1d9e0}.b{font-weight:700}.d{fill:#59636e}.r{fill:#b3202a}.g{fill:#116329}.y{fill:#7d4e00}.l{fill:#0550ae}.m{fill:#8250df}.c{fill:#1b6a75}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.f{fill:#0d1117;stroke:#3d444d}.d{fill:#9198a1}.r{fill:#ff8a80}.g{fill:#56d364}.y{fill:#e3b341}.l{fill:#79c0ff}.m{fill:#d2a8ff}.c{fill:#76d9e6}}
`.replaceAll("\n", "");

interface Piece {
  readonly text: string;
  readonly looks: string;
}

/** The pieces of one line, each with its look. */
function piecesOf(line: string): Piece[] {
  const looks = new Set<string>();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences of colours begin with one
  return line.split(/(\u001b\[[\d;]*m)/).flatMap((part) => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the same
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1]?.split(";");
    if (codes === undefined) return part === "" ? [] : [{ text: part, looks: [...looks].sort().join(" ") }];
    for (const code of codes) {
      if (code === "0" || code === "") looks.clear();
      for (const ended of ENDS[code] ?? []) looks.delete(ended);
      const look = LOOKS[code];
      if (look !== undefined) looks.add(look);
    }
    return [];
  });
}

/** Lines no wider than the picture, broken between words where there is one. */
function rowsOf(pieces: readonly Piece[]): Piece[][] {
  const cells = pieces.flatMap(({ text, looks }) => [...text].map((sign) => ({ text: sign, looks })));
  const rows: Piece[][] = [];
  do {
    const space = cells.slice(0, COLUMNS).findLastIndex(({ text }) => text === " ");
    const length = cells.length <= COLUMNS || space < COLUMNS / 2 ? COLUMNS : space + 1;
    rows.push(cells.splice(0, length).reduce(joined, []));
  } while (cells.length > 0);
  return rows;
}

/** Pieces with one more, which becomes part of the last one if both look the same. */
function joined(pieces: Piece[], piece: Piece): Piece[] {
  const last = pieces.at(-1);
  if (last?.looks !== piece.looks) return [...pieces, piece];
  return [...pieces.slice(0, -1), { ...last, text: last.text + piece.text }];
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** A picture of what a terminal shows: text with the escape sequences of its colours. Readable on light and on dark pages. */
export function terminalSvg(title: string, shown: string): string {
  const rows = shown
    .trimEnd()
    .split("\n")
    .flatMap((line) => rowsOf(piecesOf(line)));
  const width = Math.ceil(COLUMNS * CELL.width + 2 * MARGIN);
  const height = rows.length * CELL.height + 2 * MARGIN;
  const texts = rows.flatMap((pieces, row) => {
    let column = 0;
    const spans = pieces.map(({ text, looks }) => {
      // Every piece at its own column: the cells of a font that is there may be wider or narrower.
      const x = Number((MARGIN + column * CELL.width).toFixed(1));
      column += [...text].length;
      const length = Number(([...text].length * CELL.width).toFixed(1));
      return `<tspan x="${x}" textLength="${length}"${looks === "" ? "" : ` class="${looks}"`}>${escaped(text)}</tspan>`;
    });
    return spans.length === 0 ? [] : [`<text y="${MARGIN + row * CELL.height + 14}">${spans.join("")}</text>`];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style>`,
    `<rect class="f" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...texts,
    "</svg>\n",
  ].join("\n");
}
