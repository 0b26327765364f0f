import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  backendRecordFile,
  dataDirectory,
  isTerragrunt,
  selectedWorkspace,
} from "../../../src/terraform/root-module/root-module.js";

const ROOT = path.resolve("/infra");

describe("a root module", () => {
  it("has its data directory at TF_DATA_DIR, relative to the root module", () => {
    expect(dataDirectory(ROOT, {})).toBe(path.join(ROOT, ".terraform"));
    expect(dataDirectory(ROOT, { TF_DATA_DIR: "" })).toBe(path.join(ROOT, ".terraform"));
    expect(backendRecordFile(ROOT, { TF_DATA_DIR: "data" })).toBe(path.join(ROOT, "data", "terraform.tfstate"));
  });

  it("has the workspace of TF_WORKSPACE, else the one that was selected last, else none", () => {
    const files = new Map([[path.join(ROOT, ".terraform", "environment"), "eu\n"]]);
    const read = (file: string) => {
      const text = files.get(file);
      if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return text;
    };
    expect(selectedWorkspace(ROOT, {}, read)).toBe("eu");
    expect(selectedWorkspace(ROOT, { TF_WORKSPACE: "us " }, read)).toBe("us ");
    expect(selectedWorkspace(ROOT, { TF_DATA_DIR: "data" }, read)).toBeUndefined();
  });

  it.each([
    ["terragrunt", true],
    ["/opt/bin/terragrunt", true],
    ["C:\\Tools\\Terragrunt.exe", true],
    ["/opt/terragrunt/bin/terraform", false],
    ["terraform", false],
  ])("run by %s is Terragrunt's: %s", (program, expected) => {
    expect(isTerragrunt([program, "run", "--"])).toBe(expected);
  });
});
