import { expect, test } from "vitest";
import { splitWords } from "../../../src/terraform/shell/split-words.js";

// Each was given to Terraform 1.11.4 as TF_CLI_ARGS.
test.each([
  ["", []],
  ["  -var a=1\t-var-file=x ", ["-var", "a=1", "-var-file=x"]],
  ["-var 'a=x y'", ["-var", "a=x y"]],
  ['-var "a=x\\ty\\"z"', ["-var", 'a=xty"z']],
  ["-var a=x\\ y", ["-var", "a=x y"]],
  ["-var 'a=x\\y'", ["-var", "a=x\\y"]],
  ["-var a='x'\"y\"z", ["-var", "a=xyz"]],
  ["-var a=''", ["-var", "a="]],
  ["-var a=x;y -var b=1", ["-var", "a=x"]],
  ["-var a=x>y", ["-var", "a=x"]],
  ["-var a=$HOME#1", ["-var", "a=$HOME#1"]],
  ['-var "a=f(`x`)"', ["-var", "a=f(`x`)"]],
  ["-var 'a=x", undefined],
  ["-var a=x\\", undefined],
  ["-var a=f(x)", undefined],
])("%s", (line, words) => {
  expect(splitWords(line)).toEqual(words);
});
