// Bundles the program (dist/, published) and the developers' tools (build/, not published).
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { makeSbom } from "./sbom.mjs";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(root, ...parts);
const require = createRequire(import.meta.url);

/**
 * What is always loaded together, each with all that it imports itself: every file of its own costs a start half a
 * millisecond. A module goes to the first group that wants it.
 */
const TOGETHER = [
  // Enough to find that nothing mentions an invite.
  ["start", /src\/cli\/(?:main|lint)\.ts$|\/discover-modules\.ts$|\/report\/compact\.ts$/],
  [
    "read",
    /src\/(?:lint\/run-lint|policy\/apply-policy)\.ts$|\/rules\/registry\.ts$|\/node_modules\/web-tree-sitter\//,
  ],
  ["zod", /\/node_modules\/zod\//],
  ["state", /src\/assess\/assess\.ts$|\/state\/read-state\.ts$/],
].map(([name, test], index, all) => ({ name, test, priority: all.length - index }));

/**
 * Bundles entries into a folder of ES modules. Each lazy import becomes a chunk of its own, except those in the groups.
 * Returns the files that were bundled.
 */
async function bundle(entries, outDir, groups) {
  const input = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
  const build = await rolldown({
    cwd: root,
    input,
    platform: "node",
    external: [/^node:/, "@cdktf/hcl2json"],
    // Some packages' CommonJS form cannot be bundled; their ES modules can.
    resolve: { extensionAlias: { ".js": [".ts", ".js"] }, mainFields: ["module", "main"] },
    onLog(level, log, defaultHandler) {
      // web-tree-sitter's glue holds an eval for grammars with embedded JavaScript, which ours is not.
      if (log.code !== "EVAL") defaultHandler(level, log);
    },
  });
  const { output } = await build.write({
    dir: outDir,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: { groups },
    minify: false,
    sourcemap: false,
  });
  await build.close();
  return output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
}

/** The folders of the packages that the bundle contains, sorted. */
function packagesOf(files) {
  const folders = new Set(
    files.flatMap((file) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll("\\", "/"))?.[0] ?? []),
  );
  folders.add(at("node_modules/@tree-sitter-grammars/tree-sitter-hcl"));
  // By name, wherever the folders are.
  const nameOf = (folder) => folder.slice(folder.lastIndexOf("/node_modules/"));
  return [...folders].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

/** The licences of these packages, for the published one. */
function writeLicences(folders, target) {
  const notices = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const text = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
    if (text === undefined) throw new Error(`${name} has no licence file to pass on`);
    return `${name} ${version} (${license})\n\n${readFileSync(path.join(folder, text), "utf8").trim()}\n`;
  });
  const head = "tfinvite contains code of these packages.\n";
  writeFileSync(target, [head, ...notices].join(`\n${"-".repeat(80)}\n\n`));
}

rmSync(at("dist"), { recursive: true, force: true });
rmSync(at("build"), { recursive: true, force: true });
mkdirSync(at("dist"), { recursive: true });
const bundled = await bundle({ main: at("src/cli/main.ts"), index: at("src/index.ts") }, at("dist"), TOGETHER);
const packages = packagesOf(bundled);
writeLicences(packages, at("dist/THIRD-PARTY-LICENSES.txt"));
writeFileSync(at("dist/sbom.cdx.json"), `${JSON.stringify(makeSbom(root, packages), null, 2)}\n`);
await bundle(
  {
    demo: at("demo/demo.ts"),
    bench: at("bench/bench.ts"),
    fuzz: at("fuzz/fuzz.ts"),
    "write-schema": at("scripts/write-schema.ts"),
    "write-manual": at("scripts/write-manual.ts"),
  },
  at("build"),
);

execFileSync(process.execPath, [at("build/write-manual.js")], { stdio: "inherit" });

// The grammar's own package would compile a native addon at install time; users only need this file.
cpSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm"), at("dist/web-tree-sitter.wasm"));
cpSync(
  path.join(
    path.dirname(require.resolve("@tree-sitter-grammars/tree-sitter-hcl/package.json")),
    "tree-sitter-terraform.wasm",
  ),
  at("dist/tree-sitter-terraform.wasm"),
);

if (existsSync(at("tsconfig.types.json"))) {
  execFileSync(process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", at("tsconfig.types.json")], {
    stdio: "inherit",
  });
}
