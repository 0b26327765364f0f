/** A field of a record: its text, and its place in the file, quotes included. */
export interface CsvField {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The records of a CSV text as Go's [encoding/csv](https://pkg.go.dev/encoding/csv) reads them; undefined if it fails.
 */
export function readCsv(text: string): readonly (readonly CsvField[])[] | undefined {
  const records: CsvField[][] = [];
  for (let at = 0; at < text.length; ) {
    const empty = emptyLine(text, at);
    if (empty > 0) {
      at += empty;
      continue;
    }
    const record: CsvField[] = [];
    for (let more = true; more; ) {
      const field = text[at] === '"' ? quoted(text, at) : plain(text, at);
      if (field === undefined) return undefined;
      record.push(field);
      more = text[field.end] === ",";
      at = field.end + 1;
      if (!more && text[field.end] === "\r") at += 1;
    }
    const [first] = records;
    if (first !== undefined && first.length !== record.length) return undefined;
    records.push(record);
  }
  return records;
}

/** The length of an empty line; 0 if the line is not empty. */
function emptyLine(text: string, start: number): number {
  const empty = /\r?(?:\n|$)/y;
  empty.lastIndex = start;
  return empty.exec(text)?.[0].length ?? 0;
}

function plain(text: string, start: number): CsvField | undefined {
  // Searching for a comma or a line end would be quadratic: it may be far from every field.
  const body = /[^,\n]*/y;
  body.lastIndex = start;
  const until = start + (body.exec(text)?.[0].length ?? 0);
  const isLast = text[until] !== ",";
  const end = isLast && text[until - 1] === "\r" && until > start ? until - 1 : until;
  const written = text.slice(start, end);
  return written.includes('"') ? undefined : { text: written, start, end };
}

function quoted(text: string, start: number): CsvField | undefined {
  const body = /"[^"]*(?:""[^"]*)*"/y;
  body.lastIndex = start;
  const written = body.exec(text)?.[0];
  if (written === undefined) return undefined;
  const end = start + written.length;
  if (!/^(?:,|\r?\n|\r?$)/.test(text.slice(end, end + 2))) return undefined;
  return { text: written.slice(1, -1).replaceAll('""', '"').replaceAll("\r\n", "\n"), start, end };
}
