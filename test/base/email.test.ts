import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emailKey, lowerCaseEmail } from "../../src/base/email.js";

describe("email addresses", () => {
  it("are the same in any ASCII case, and with blanks around them", () => {
    expect(emailKey(" Kim@Example.COM\n")).toBe("kim@example.com");
  });

  it.each([
    ["\u212Aim@example.com", "kim@example.com"], // the Kelvin sign
    ["\u0130da@example.com", "i\u0307da@example.com"], // a dotted capital I
    ["\u00C4nne@example.com", "\u00E4nne@example.com"],
    ["kim@example.com\u00A0", "kim@example.com"],
  ])("%s is not %s", (one, other) => {
    expect(emailKey(one)).not.toBe(emailKey(other));
  });

  it("keep every character that is not an ASCII capital", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const lower = lowerCaseEmail(text);
        expect([...lower].filter((one, at) => one !== [...text][at]).join("")).toMatch(/^[a-z]*$/);
        expect(lowerCaseEmail(lower)).toBe(lower);
      }),
    );
  });
});
