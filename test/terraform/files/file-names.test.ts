import { describe, expect, test } from "vitest";
import { moduleFileNames } from "../../../src/terraform/files/file-names.js";

const NAMES = [
  "z.tf",
  "b.tf.json",
  "a.tf",
  "a.tofu",
  "a.tofu.json",
  "c.tofu",
  "override.tf",
  "people_override.tf.json",
  "a_override.tofu",
  "a_override.tf",
  "override.tofu.json",
  "not-override.tf",
  ".hidden.tf",
  "backup.tf~",
  "#locked.tf#",
  "#half.tf",
  "people.tfvars",
  "x.tf.bak",
  "main.hcl",
  "test.tftest.hcl",
  ".tf",
];

describe("the files of a module", () => {
  test("for Terraform", () => {
    expect(moduleFileNames(NAMES, "terraform")).toEqual({
      primary: ["#half.tf", "a.tf", "b.tf.json", "not-override.tf", "z.tf"],
      overrides: ["a_override.tf", "override.tf", "people_override.tf.json"],
    });
  });

  test("for OpenTofu, whose own files shadow Terraform's of the same name and syntax", () => {
    expect(moduleFileNames(NAMES, "tofu")).toEqual({
      primary: ["#half.tf", "a.tofu", "a.tofu.json", "b.tf.json", "c.tofu", "not-override.tf", "z.tf"],
      overrides: ["a_override.tofu", "override.tf", "override.tofu.json", "people_override.tf.json"],
    });
  });
});
