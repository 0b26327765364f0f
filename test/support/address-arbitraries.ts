// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Terraform's template markers
import fc from "fast-check";
import type { Address, InstanceKey, ModuleStep } from "../../src/terraform/addresses/address.js";

/** Pieces that have broken printers, parsers or shells. */
const AWKWARD = [
  ..."\"'`$%{}\\!^&|<>()[];:,.=~#*?@-+ \n\r\t\u0001\u007f",
  ...[
    "${",
    "%{",
    "$${",
    "%%{",
    "$$${",
    "${x}",
    "%{y}",
    "$HOME",
    "%PATH%",
    "!x!",
    "$(x)",
    "`x`",
    '"].evil["x',
    "''",
    "\n^a^b",
  ],
  ...["\\n", "\\u0041", "\\'", '\\"', "\\\\", "--", "=ls", "~root", "\u2018", "\u2019", "\u201a", "\u201b", "\u00a0"],
  ...["\u200b", "\u00ad", "\ufeff", "\u{1f469}\u200d\u{1f467}", "\ue000", "\u{10ffff}", "\u0000", "日本語", "ключ"],
];

/** Text of any Unicode characters, and of awkward pieces more often than chance has it; no lone surrogates. */
export const awkwardText: fc.Arbitrary<string> = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...AWKWARD) }, fc.string({ unit: "binary", maxLength: 4 })), {
    maxLength: 12,
  })
  .map((pieces) => pieces.join(""));

const identifier: fc.Arbitrary<string> = fc.oneof(
  fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,10}$/),
  fc.constantFrom("_", "a--b", "données", "ключ", "日本", "each", "count", "data", "module"),
);

const key: fc.Arbitrary<InstanceKey> = fc.oneof(
  fc.constant(undefined),
  fc.maxSafeNat(),
  fc.nat({ max: 20 }),
  fc.nat({ max: 20 }).map(String),
  awkwardText,
);

const step: fc.Arbitrary<ModuleStep> = fc.record({ name: identifier, key });

export const anyAddress: fc.Arbitrary<Address> = fc.record({
  module: fc.array(step, { maxLength: 3 }),
  mode: fc.constantFrom("managed" as const, "data" as const),
  type: fc.constantFrom("openai_invite", "terraform_data", "null-resource", "x"),
  name: identifier,
  key,
});
