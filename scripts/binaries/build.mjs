// Makes single executables of tfinvite, for machines without Node: `npm run binaries [-- TARGET…]` writes build/binaries/.
// Node's own way (https://nodejs.org/docs/latest-v22.x/api/single-executable-applications.html), with the builds of Node
// that npm has; each is held against the integrity in nodes.json.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const require = createRequire(import.meta.url);
const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(path.dirname(here));
const target = path.join(root, "build/binaries");
const { version: nodeVersion, targets } = JSON.parse(readFileSync(path.join(here, "nodes.json"), "utf8"));

/** Marks the place in Node's executable that says whether something was packed into it; the same in all versions. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** hcl2json looks for its WebAssembly beside its own files, and there are none. */
const WASM_READ = 'await fs.readFile((0, path_1.join)(__dirname, "..", "main.wasm.gz"))';

/** Bundles the program as one CommonJS file, the only form that Node 22 packs. */
async function bundleProgram(folder) {
  const build = await rolldown({
    cwd: root,
    input: path.join(here, "main.ts"),
    platform: "node",
    // Of a browser's polyfill in hcl2json, which Node never asks for.
    external: [/^node:/, "performance"],
    resolve: { extensionAlias: { ".js": [".ts", ".js"] }, mainFields: ["module", "main"] },
    plugins: [
      {
        name: "installed-files",
        resolveId: (source) =>
          source.endsWith("/base/installed-files.js") ? path.join(here, "installed-files.ts") : undefined,
        transform(code, id) {
          if (!id.replaceAll("\\", "/").endsWith("/hcl2json/lib/bridge.js")) return undefined;
          if (!code.includes(WASM_READ)) throw new Error(`${id} reads its WebAssembly in another way now`);
          return code.replace(WASM_READ, 'Buffer.from(require("node:sea").getRawAsset("main.wasm.gz"))');
        },
      },
    ],
    onLog(level, log, defaultHandler) {
      // As in scripts/build.mjs. What still mentions import.meta is never reached here.
      if (log.code !== "EVAL" && log.code !== "EMPTY_IMPORT_META") defaultHandler(level, log);
    },
  });
  await build.write({ dir: folder, format: "cjs", codeSplitting: false, entryFileNames: "tfinvite.cjs", minify: true });
  await build.close();
  return "tfinvite.cjs";
}

/** The files that the program reads, by the names that it asks for. */
function assets() {
  const pages = readdirSync(path.join(root, "docs/rules")).map((page) => `docs/rules/${page}`);
  return {
    ...Object.fromEntries(pages.map((page) => [page, path.join(root, page)])),
    "web-tree-sitter.wasm": path.join(root, "dist/web-tree-sitter.wasm"),
    "tree-sitter-terraform.wasm": path.join(root, "dist/tree-sitter-terraform.wasm"),
    "main.wasm.gz": path.join(path.dirname(require.resolve("@cdktf/hcl2json/package.json")), "main.wasm.gz"),
  };
}

/** Fetches a build of Node, checks it, and gives the folder of its package. */
function fetchNode(name, folder) {
  const { package: packageName, integrity } = targets[name];
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--silent", "--json", "--ignore-scripts", `${packageName}@${nodeVersion}`], {
      cwd: folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
      shell: process.platform === "win32",
    }),
  );
  const archive = path.join(folder, packed.filename);
  const actual = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (actual !== integrity) throw new Error(`${packageName}@${nodeVersion} is not the one in nodes.json: ${actual}`);
  const unpacked = path.join(folder, name);
  mkdirSync(unpacked);
  execFileSync("tar", ["xzf", archive, "-C", unpacked]);
  rmSync(archive);
  return path.join(unpacked, "package");
}

const hostTarget = `${{ win32: "windows", darwin: "macos" }[process.platform] ?? process.platform}-${process.arch}`;
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(targets);
const unknown = wanted.find((name) => !(name in targets));
if (unknown !== undefined) throw new Error(`${unknown} must be one of ${Object.keys(targets).join(", ")}`);
if (!existsSync(path.join(root, "dist/main.js"))) throw new Error("Run npm run build first.");
if (!(hostTarget in targets))
  throw new Error(`Executables are made on ${Object.keys(targets).join(", ")}, not ${hostTarget}.`);

const work = mkdtempSync(path.join(os.tmpdir(), "tfinvite-binaries-"));
try {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const main = await bundleProgram(work);
  const nodes = Object.fromEntries([...new Set([hostTarget, ...wanted])].map((name) => [name, fetchNode(name, work)]));
  const executableOf = (name) => path.join(nodes[name], "bin", name.startsWith("windows") ? "node.exe" : "node");

  const blob = path.join(work, "sea.blob");
  const config = path.join(work, "sea.json");
  // No code cache: it would hold for this machine's processor only.
  // The name of the file is in the blob, and so in stack traces: a relative one is the same everywhere.
  const sea = { main, output: blob, disableExperimentalSEAWarning: true, useCodeCache: false, assets: assets() };
  writeFileSync(config, JSON.stringify(sea));
  execFileSync(executableOf(hostTarget), ["--experimental-sea-config", config], {
    cwd: work,
    stdio: ["ignore", "ignore", "inherit"],
  });

  // Read by postject as it loads. Debian's notes have no names, and the signature of Node for Windows ends here.
  const { warn } = console;
  console.warn = (text) => /string offset for section name|signature seems corrupted/.test(text) || warn(text);
  const { inject } = require("postject");
  const sums = [];
  for (const name of wanted) {
    const file = `tfinvite-${name}${name.startsWith("windows") ? ".exe" : ""}`;
    const executable = path.join(target, file);
    cpSync(executableOf(name), executable);
    chmodSync(executable, 0o755);
    await inject(executable, "NODE_SEA_BLOB", readFileSync(blob), {
      sentinelFuse: FUSE,
      ...(name.startsWith("macos") && { machoSegmentName: "NODE_SEA" }),
    });
    const bytes = readFileSync(executable);
    sums.push(`${createHash("sha256").update(bytes).digest("hex")}  ${file}\n`);
    console.log(`${file}  ${(bytes.length / 1e6).toFixed(0)} MB`);
  }
  writeFileSync(path.join(target, "SHA256SUMS"), sums.join(""));
  const licence = readFileSync(path.join(nodes[hostTarget], "LICENSE"), "utf8");
  const ours = readFileSync(path.join(root, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  writeFileSync(
    path.join(target, "THIRD-PARTY-LICENSES.txt"),
    `${ours}\n${"-".repeat(80)}\n\nNode.js ${nodeVersion}\n\n${licence}`,
  );
  const sbom = JSON.parse(readFileSync(path.join(root, "dist/sbom.cdx.json"), "utf8"));
  const node = { type: "application", "bom-ref": `node@${nodeVersion}`, name: "node", version: nodeVersion };
  const components = [
    ...sbom.components,
    { ...node, licenses: [{ license: { id: "MIT" } }], purl: `pkg:generic/node@${nodeVersion}` },
  ];
  const dependencies = sbom.dependencies.map((one) => ({ ...one, dependsOn: [...one.dependsOn, node["bom-ref"]] }));
  writeFileSync(
    path.join(target, "sbom.cdx.json"),
    `${JSON.stringify({ ...sbom, components, dependencies }, null, 2)}\n`,
  );
} finally {
  rmSync(work, { recursive: true, force: true });
}
