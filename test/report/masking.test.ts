import { describe, expect, it } from "vitest";
import { PUBLISHED } from "../../src/base/version.js";
import { redactEmails } from "../../src/report/masking.js";

describe("redactEmails", () => {
  it.each([
    ["alice@example.com", "a***@***"],
    ["to alice@example.com, bob.b+x@sub.example.co.uk.", "to a***@***, b***@***."],
    ['openai_invite.team["o\'neil@example.com"]', 'openai_invite.team["o***@***"]'],
    ["o&apos;neil@example.com and a&amp;b@example.com", "o***@*** and a***@***"],
    ["&apos;kim@example.com&apos;, &lt;kim@example.com&gt;", "&apos;k***@***&apos;, &lt;k***@***&gt;"],
    ["'kim@example.com'", "'k***@***'"],
    ["молния@пример.рф is masked", "м***@*** is masked"],
    ["user@localhost", "u***@***"],
    ["no address @ all, nor name@ or @name", "no address @ all, nor name@ or @name"],
    ["😀a@example.com", "😀***@***"],
    [`see ${PUBLISHED}docs/ci.md, not kim@example.com`, `see ${PUBLISHED}docs/ci.md, not k***@***`],
    [`x${PUBLISHED.replace("https:", "")} is no link`, "x***@***/ is no link"],
  ])("masks %s", (text, masked) => {
    expect(redactEmails(text)).toBe(masked);
  });
});
