// For `node --import`: the program pauses after each exchange of a file, so that a kill can come between two of them.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { renameSync } = fs;
fs.renameSync = (from, to) => {
  renameSync(from, to);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
};
syncBuiltinESMExports();
