import { type StateError, stateError } from "./state-error.js";

/** How much of the input is needed to tell what it is. */
export const HEAD_LENGTH = 4096;

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

function sniffBinary(head: Buffer, origin: string): StateError | undefined {
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04)) {
    return stateError(
      "saved-plan",
      origin,
      "it is a zip archive, as a saved plan is",
      "for a state, give the output of `terraform state pull` or `terraform show -json`",
    );
  }
  const compressed = COMPRESSED.find(([, magic]) => startsWith(head, ...magic));
  if (compressed !== undefined) {
    return stateError("binary", origin, `it is ${compressed[0]}-compressed`, "unpack it first");
  }
  // FF FE 00 00 is UTF-32, which the first two bytes catch as well.
  const marked = startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff) || startsWith(head, 0, 0, 0xfe, 0xff);
  const wide = head.length >= 2 && (head[0] === 0) !== (head[1] === 0);
  if (marked || wide) {
    return stateError(
      "encoding",
      origin,
      "it is encoded as UTF-16 or UTF-32, and a state is UTF-8",
      "Windows PowerShell's `>` writes UTF-16: leave --state out to have the state pulled, or use `| Out-File -Encoding utf8 FILE`",
    );
  }
  if (head.includes(0)) {
    return stateError("binary", origin, "it is binary data", "give the output of `terraform state pull`");
  }
  return undefined;
}

const HCL_COMMENTS = /^(?:\s+|#[^\n]*(?:\n|$)|\/\/[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))+/;
const HCL_BLOCK =
  /^(?:resource|data|module|provider|variable|output|locals|terraform|moved|removed|import|check|ephemeral)\s*(?:"|\{)|^[A-Za-z_][\w-]*\s+=\s/;

function sniffText(text: string, origin: string): StateError | undefined {
  if (/^[[{"\d-]/.test(text) || /^(?:true|false|null)\b/.test(text)) return undefined;
  if (/^<(?:!doctype|html|\?xml|[a-z])/i.test(text)) {
    return stateError(
      "text",
      origin,
      "it is an HTML or XML page",
      "the download probably ended at a login or error page: use `terraform state pull` in the root module",
    );
  }
  if (text.startsWith("version https://git-lfs.github.com/")) {
    return stateError("text", origin, "it is a Git LFS pointer", "run `git lfs pull` first");
  }
  // `terraform show` for people also starts with a comment: `# openai_invite.alice:`.
  if (/^(?:#|\/\/|\/\*)/.test(text) || HCL_BLOCK.test(text.replace(HCL_COMMENTS, ""))) {
    return stateError(
      "hcl",
      origin,
      "it is HCL: a configuration, or the output of `terraform show` without -json",
      "give the output of `terraform state pull` or `terraform show -json`, and the configuration's directory as an argument",
    );
  }
  return stateError(
    "text",
    origin,
    "it is text, and a state is JSON",
    "give the output of `terraform state pull`; if a wrapper prints anything in front of it, keep that out of the way",
  );
}

/**
 * Looks at the first bytes of an input: says what it is when it cannot be JSON, or else how many bytes of it to leave
 * out (a byte order mark).
 */
export function sniffInput(head: Buffer, origin: string): { readonly skip: number } | StateError {
  if (head.length === 0) {
    return stateError(
      "empty",
      origin,
      "it is empty (0 bytes)",
      "an empty `terraform state pull` means that this workspace has no state yet: check the directory and the workspace it was run in",
    );
  }
  const binary = sniffBinary(head, origin);
  if (binary !== undefined) return binary;
  const skip = head.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  const text = head.toString("utf8", skip).trimStart();
  // A long stretch of white space says nothing yet; the scanner will find out.
  if (text === "") return { skip };
  return sniffText(text, origin) ?? { skip };
}
