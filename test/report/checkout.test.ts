import path from "node:path";
import { describe, expect, it } from "vitest";
import { checkoutPrefix } from "../../src/report/checkout.js";

const root = path.resolve("/checkout");

describe("checkoutPrefix", () => {
  it.each([
    ["below the checkout", { GITHUB_WORKSPACE: root }, path.join(root, "infra", "prod"), "infra/prod/"],
    ["at its root", { CI_PROJECT_DIR: root }, root, ""],
    ["outside of it", { GITHUB_WORKSPACE: root }, path.resolve("/elsewhere"), ""],
    ["beside it, under a like name", { GITHUB_WORKSPACE: root }, `${root}-2`, ""],
    ["without CI", {}, root, ""],
    ["with an empty variable", { GITHUB_WORKSPACE: "" }, root, ""],
  ])("%s", (_, env, cwd, prefix) => {
    expect(checkoutPrefix({ env, cwd })).toBe(prefix);
  });
});
