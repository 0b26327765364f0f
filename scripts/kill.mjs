// `npm run kill -- 300`: kills `repair --apply` so many times, at every step boundary and at random moments.
import { spawnSync } from "node:child_process";

const times = process.argv[2] ?? "100";
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "test/repair/apply.kill.test.ts", "--testTimeout", "7200000"],
  { stdio: "inherit", env: { ...process.env, TFINVITE_KILLS: times } },
);
process.exitCode = status ?? 1;
