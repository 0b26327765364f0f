#!/usr/bin/env node
// Nothing is imported before the check: an old Node would fail in an import, and say nothing about its age.
const needed = [20, 18, 1];
const found = process.version.replace("v", "").split(".").map(Number);
const differs = needed.findIndex((number, place) => number !== found[place]);

if (differs !== -1 && found[differs] < needed[differs]) {
  process.stderr.write(`error: tfinvite needs Node ${needed.join(".")} or later; this is ${process.version}\n`);
  process.exitCode = 2;
} else {
  import("../dist/main.js").then(({ run }) => run());
}
