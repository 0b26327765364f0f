import { expect, it } from "vitest";
import { parseExactly } from "../../../src/terraform/state-change/exact-json.js";

it("a string of any number of escapes is parsed, and numbers in strings stay", () => {
  const text = '\\" 12 \\\\'.repeat(1_500_000);
  const json = Buffer.from(`{"a":"${text}","b":-1.50e1,"c":["-3","\\\\",7]}`);
  const { a, b, c } = parseExactly(json) as { a: string; b: string; c: string[] };
  expect(a).toHaveLength(6 * 1_500_000);
  expect([b, c]).toEqual(["\u0000number:-15e0", ["-3", "\\", "\u0000number:7e0"]]);
});
