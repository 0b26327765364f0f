import path from "node:path";
import type { Io } from "./io.js";

/** Where CI says that its checkout is. Annotations are matched with files by their paths from there. */
const CHECKOUTS = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"] as const;

/** From the root of the CI's checkout to where tfinvite was started: `infra/`, or empty there and outside of CI. */
export function checkoutPrefix({ env, cwd }: Pick<Io, "env" | "cwd">): string {
  for (const name of CHECKOUTS) {
    const root = env[name];
    if (root === undefined || root === "") continue;
    const way = path.relative(root, cwd).split(path.sep);
    if (way[0] !== "" && way[0] !== ".." && !path.isAbsolute(way.join(path.sep))) return `${way.join("/")}/`;
  }
  return "";
}
