/** How much of the input is needed to tell what it is. */
export const HEAD_LENGTH = 4096;

/** What an input is, as far as its first bytes tell. */
type SniffedInput =
  /** Perhaps JSON. `skip` is the number of bytes to skip at the start: a byte order mark. */
  | { readonly kind: "json"; readonly skip: number }
  | { readonly kind: "empty" | "zip" | "wide-text" | "binary" | "markup" | "git-lfs" | "hcl" | "text" }
  | { readonly kind: "compressed"; readonly format: string };

/** An input that cannot be JSON. */
export type ForeignInput = Exclude<SniffedInput, { readonly kind: "json" }>;

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function startsWith(head: Buffer, ...bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => head[index] === byte);
}

const COMPRESSED: readonly (readonly [string, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b]],
  ["bzip2", [0x42, 0x5a, 0x68]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["Zstandard", [0x28, 0xb5, 0x2f, 0xfd]],
];

function sniffBinary(head: Buffer): ForeignInput | undefined {
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) return { kind: "zip" };
  const compressed = COMPRESSED.find(([, magic]) => startsWith(head, ...magic));
  if (compressed !== undefined) return { kind: "compressed", format: compressed[0] };
  // FF FE 00 00 is UTF-32, which the first two bytes catch as well.
  const marked = startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff) || startsWith(head, 0, 0, 0xfe, 0xff);
  const wide = head.length >= 2 && (head[0] === 0) !== (head[1] === 0);
  if (marked || wide) return { kind: "wide-text" };
  return head.includes(0) ? { kind: "binary" } : undefined;
}

const HCL_COMMENTS = /^(?:\s+|#[^\n]*(?:\n|$)|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/;
const HCL_BLOCK =
  /^(?:resource|data|module|provider|variable|output|locals|terraform|moved|removed|import|check|ephemeral)\s*(?:"|\{)|^[A-Za-z_][\w-]*\s+=\s/;

function sniffText(text: string): ForeignInput | undefined {
  if (/^[[{"\d-]/.test(text) || /^(?:true|false|null)\b/.test(text)) return undefined;
  if (/^<(?:!doctype|html|\?xml|[a-z])/i.test(text)) return { kind: "markup" };
  if (text.startsWith("version https://git-lfs.github.com/")) return { kind: "git-lfs" };
  // `terraform show` for people also starts with a comment: `# openai_invite.alice:`.
  const isHcl = /^(?:#|\/\/|\/\*)/.test(text) || HCL_BLOCK.test(text.replace(HCL_COMMENTS, ""));
  return { kind: isHcl ? "hcl" : "text" };
}

/** Looks at the first bytes of an input: says what it is when it cannot be JSON. */
export function sniffInput(input: Buffer): SniffedInput {
  // The result must not depend on the size of the pieces.
  const head = input.subarray(0, HEAD_LENGTH);
  if (head.length === 0) return { kind: "empty" };
  const binary = sniffBinary(head);
  if (binary !== undefined) return binary;
  const skip = head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const text = head.toString("utf8", skip).trimStart();
  // A long stretch of white space says nothing yet; the scanner will find out.
  if (text === "") return { kind: "json", skip };
  return sniffText(text) ?? { kind: "json", skip };
}
