import path from "node:path";
import type { Io } from "../base/engine-context.js";
import { isWithin, shownFrom } from "../base/paths.js";

/** Where CI says that its checkout is. Annotations are matched with files by their paths from there. */
const CHECKOUTS = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"] as const;

/** From the root of the CI's checkout to where tfinvite was started: `infra/`, or empty there and outside of CI. */
export function checkoutPrefix({ env, cwd }: Pick<Io, "env" | "cwd">): string {
  for (const name of CHECKOUTS) {
    const root = env[name];
    if (root === undefined || root === "") continue;
    if (path.resolve(root) !== cwd && isWithin(root, cwd)) return `${shownFrom(root, cwd)}/`;
  }
  return "";
}
