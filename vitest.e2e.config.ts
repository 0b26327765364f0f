import { defineConfig } from "vitest/config";
import usual from "./vitest.config.js";

/** Stories that the real Terraform plays from beginning to end: half a minute and more. */
export default defineConfig({
  test: { ...usual.test, include: ["test/e2e/**/*.e2e.ts"], testTimeout: 300_000, hookTimeout: 300_000 },
});
