import { defineConfig } from "vitest/config";
import usual from "./vitest.config.js";

/** Every command with every fault, by the clock. */
export default defineConfig({
  test: {
    ...usual.test,
    include: ["test/hostile/faults.test.ts"],
    env: { ...usual.test?.env, TFINVITE_FAULTS: "all" },
    testTimeout: 600_000,
  },
});
