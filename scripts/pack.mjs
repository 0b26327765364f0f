// Packs what is published: `npm pack`, with a README whose links also work away from the repository.
// node scripts/pack.mjs [FOLDER]: writes the package into a folder, by default this one, and prints its name.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const staged = path.join(root, "build/package");
const target = path.resolve(process.argv[2] ?? ".");

const npm = (args, cwd) =>
  execFileSync("npm", ["pack", "--json", "--ignore-scripts", ...args], {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
const packed = (output) => Object.values(JSON.parse(output)).flat()[0];

const files = packed(npm(["--dry-run"], root)).files.map((file) => file.path);
rmSync(staged, { recursive: true, force: true });
for (const file of files) {
  mkdirSync(path.dirname(path.join(staged, file)), { recursive: true });
  cpSync(path.join(root, file), path.join(staged, file));
}

const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const readme = readFileSync(path.join(root, "README.md"), "utf8")
  .replaceAll(/<!-- in a clone -->\n[\s\S]*?<!-- end -->\n\n?/g, "")
  .replaceAll(/\]\((?![a-z]+:|#)([^)\s#]+)([^)\s]*)\)/g, (_, file, anchor) => {
    if (!files.includes(file)) throw new Error(`README.md links to ${file}, which is not in the package`);
    return `](https://unpkg.com/tfinvite@${version}/${file}${anchor})`;
  });
writeFileSync(path.join(staged, "README.md"), readme);

mkdirSync(target, { recursive: true });
console.log(packed(npm(["--pack-destination", target], staged)).filename);
