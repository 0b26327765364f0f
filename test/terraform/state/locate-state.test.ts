import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { locateLocalState } from "../../../src/terraform/state/locate-state.js";

describe("locateLocalState", () => {
  let root = "";
  beforeEach(async () => {
    root = await mkdtemp(path.join(os.tmpdir(), "tfinvite-locate-"));
  });
  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });
  const file = async (name: string, text = "") => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  };
  const local = (workspace: string, name: string, exists: boolean) => ({
    ok: true,
    local: { workspace, path: path.join(root, name), exists },
  });

  it("is terraform.tfstate in the default workspace", async () => {
    expect(await locateLocalState(root, {})).toEqual(local("default", "terraform.tfstate", false));
    await file("terraform.tfstate");
    expect(await locateLocalState(root, {})).toEqual(local("default", "terraform.tfstate", true));
    expect(await locateLocalState(root, { TF_WORKSPACE: "default" })).toEqual(
      local("default", "terraform.tfstate", true),
    );
  });

  it("follows the selected workspace", async () => {
    await file(".terraform/environment", "staging\n");
    await file("terraform.tfstate.d/staging/terraform.tfstate");
    expect(await locateLocalState(root, {})).toEqual(
      local("staging", "terraform.tfstate.d/staging/terraform.tfstate", true),
    );
    // TF_WORKSPACE goes before it, and another data directory has its own selection.
    expect(await locateLocalState(root, { TF_WORKSPACE: "eu" })).toEqual(
      local("eu", "terraform.tfstate.d/eu/terraform.tfstate", false),
    );
    await file("data/environment", "us");
    expect(await locateLocalState(root, { TF_DATA_DIR: "data" })).toEqual(
      local("us", "terraform.tfstate.d/us/terraform.tfstate", false),
    );
  });

  it.each([" eu ", " "])("takes TF_WORKSPACE=%j as it is, as Terraform does", async (name) => {
    expect(await locateLocalState(root, { TF_WORKSPACE: name })).toMatchObject({
      ok: false,
      error: { kind: "workspace", hint: "Correct TF_WORKSPACE." },
    });
  });

  it.each(["..", ".", "../../etc", "a/b", "a b", "a\nb"])(
    "refuses the workspace %j, which leads elsewhere",
    async (name) => {
      await file(".terraform/environment", name);
      expect(await locateLocalState(root, {})).toMatchObject({ ok: false, error: { kind: "workspace" } });
    },
  );
});
