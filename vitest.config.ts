import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Whole-program tests start processes; on a small machine many at once only slow each other down.
    maxWorkers: 3,
    // The built program is run as it is, not transformed again.
    server: { deps: { external: [/\/dist\//] } },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A transcript that is missing fails everywhere, not only in CI; -u writes it.
    update: "none",
    env: { NO_COLOR: "1", TZ: "UTC" },
  },
});
