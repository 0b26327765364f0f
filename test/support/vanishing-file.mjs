// For `node --import`: a file called gone.tf is deleted as soon as its folder was listed.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";

const { readdirSync } = fs;
fs.readdirSync = (folder, ...rest) => {
  const names = readdirSync(folder, ...rest);
  fs.rmSync(path.join(String(folder), "gone.tf"), { force: true });
  return names;
};
syncBuiltinESMExports();
