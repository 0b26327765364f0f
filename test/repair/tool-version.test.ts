import { describe, expect, it } from "vitest";
import { whyNotWritten } from "../../src/repair/tool-version.js";

describe("a program may write a state when it knows every member of it", () => {
  it.each([
    ["terraform", "1.11.4", "1.11.4", false],
    ["terraform", "1.12.0", "1.11.4", false],
    // Before 1.6 there is only Terraform; OpenTofu was forked from it.
    ["tofu", "1.6.0", "1.5.7", false],
    ["tofu", "1.9.1", "1.9.0", true],
    // The program that wrote the state is not known.
    ["tofu", "1.9.1", "1.8.0", false],
    ["terraform", "not a version", "1.11.4", false],
  ] as const)("%s %s, written by %s (OpenTofu: %s)", (kind, version, stored, isTofu) => {
    expect(whyNotWritten({ kind, version }, { version: stored, isTofu })).toBeUndefined();
  });

  it.each([
    ["terraform", "1.11.4", "1.12.0", false, "Terraform 1.11.4"],
    ["terraform", "1.12.0-beta1", "1.12.0", false, "Terraform 1.12.0-beta1"],
    ["terraform", "1.5.7", "1.9.0", true, "OpenTofu"],
    ["tofu", "1.9.0", "1.12.0", false, "OpenTofu 1.9.0"],
    ["tofu", "1.9.0", "1.12.0", true, "OpenTofu 1.9.0"],
    ["terraform", "1.13.0", "1.9.0", true, "can't be compared"],
  ] as const)("but not %s %s, written by %s (OpenTofu: %s)", (kind, version, stored, isTofu, words) => {
    const why = whyNotWritten({ kind, version }, { version: stored, isTofu });
    expect(why).toContain(words);
    expect([version, stored].every((one) => why?.includes(one))).toBe(true);
  });
});
