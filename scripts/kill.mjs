// `npm run kill -- 300`: kills `repair --apply`, with and without `--write`, 300 times in all, at every step boundary and at random moments; and then the undo.
import { spawnSync } from "node:child_process";

// In four ways: with a backend and with a file, each with and without the edit.
const times = Math.ceil(Number(process.argv[2] ?? "100") / 4);
const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "test/repair/apply.kill.test.ts"],
  { stdio: "inherit", env: { ...process.env, TFINVITE_KILLS: String(times) } },
);
process.exitCode = status ?? 1;
