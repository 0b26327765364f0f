// Builds the site of the documentation from docs/ into site/dist/. Its packages are its own: site/package-lock.json.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const site = path.join(root, "site");
const npm = (...args) =>
  execFileSync("npm", args, { cwd: site, stdio: "inherit", shell: process.platform === "win32" });

rmSync(path.join(site, "pages"), { recursive: true, force: true });
cpSync(path.join(root, "docs"), path.join(site, "pages"), { recursive: true });
npm("ci", "--no-audit", "--no-fund");
npm("run", "build");
