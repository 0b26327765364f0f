// Bundles the program (dist/, published) and the developers' tools (build/, not published).
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => path.join(root, ...parts);
const require = createRequire(import.meta.url);

/** Bundles entries into a folder of ES modules; whatever is imported lazily becomes a chunk of its own. */
async function bundle(entries, outDir, options = {}) {
  const input = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file)));
  if (Object.keys(input).length === 0) return;
  const build = await rolldown({
    cwd: root,
    input,
    platform: "node",
    external: [/^node:/, "@cdktf/hcl2json", ...(options.external ?? [])],
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    logLevel: "warn",
  });
  await build.write({
    dir: outDir,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    minify: false,
    sourcemap: false,
  });
  await build.close();
}

rmSync(at("dist"), { recursive: true, force: true });
rmSync(at("build"), { recursive: true, force: true });
mkdirSync(at("dist"), { recursive: true });
await bundle({ main: at("src/cli/main.ts"), index: at("src/index.ts") }, at("dist"));
await bundle({ demo: at("demo/demo.ts"), bench: at("bench/bench.ts") }, at("build"));

// The grammar's own package would compile a native addon at install time; users only need this file.
cpSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm"), at("dist/web-tree-sitter.wasm"));
cpSync(
  path.join(path.dirname(require.resolve("@tree-sitter-grammars/tree-sitter-hcl/package.json")), "tree-sitter-terraform.wasm"),
  at("dist/tree-sitter-terraform.wasm"),
);

if (existsSync(at("tsconfig.types.json"))) {
  execFileSync(process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", at("tsconfig.types.json")], { stdio: "inherit" });
}
