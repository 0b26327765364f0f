import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { startedIn, tidyPath } from "../../src/report/checkout.js";

const root = mkdtempSync(path.join(os.tmpdir(), "tfinvite-checkout-"));
const repository = path.join(root, "repository");
mkdirSync(path.join(repository, ".git"), { recursive: true });
mkdirSync(path.join(root, "plain"));

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("tidyPath", () => {
  it.each([
    ["./a.tf", "a.tf"],
    ["a//b/./c.tf", "a/b/c.tf"],
    ["prod/", "prod"],
    ["./", "."],
    ["../x/a.tf", "../x/a.tf"],
    ["/", "/"],
    ["a\\b \ud800.tf", "a\\b \ufffd.tf"],
  ])("makes %j %j", (from, to) => {
    expect(tidyPath(from)).toBe(to);
  });
});

const plain = path.join(root, "plain");

describe("startedIn", () => {
  it.each([
    ["below the repository's root", {}, path.join(repository, "infra", "prod"), "infra/prod/"],
    ["at its root", {}, repository, ""],
    ["in neither a repository nor CI", {}, plain, ""],
    ["below GitHub's checkout", { GITHUB_WORKSPACE: plain }, path.join(plain, "infra"), "infra/"],
    ["below GitLab's", { CI_PROJECT_DIR: plain }, path.join(plain, "infra"), "infra/"],
    ["below Azure's", { BUILD_SOURCESDIRECTORY: plain }, path.join(plain, "a", "b"), "a/b/"],
    ["at its root", { GITHUB_WORKSPACE: plain }, plain, ""],
    ["outside of it", { GITHUB_WORKSPACE: plain }, root, ""],
    ["beside it, under a like name", { GITHUB_WORKSPACE: plain }, `${plain}-2`, ""],
    ["with an empty variable", { GITHUB_WORKSPACE: "" }, plain, ""],
    // As actions/checkout does with `path`: annotations name files as the repository has them.
    ["in a repository below the checkout", { GITHUB_WORKSPACE: root }, path.join(repository, "infra"), "infra/"],
  ])("%s", (_, env, cwd, prefix) => {
    expect(startedIn({ env, cwd })).toBe(prefix);
  });
});
