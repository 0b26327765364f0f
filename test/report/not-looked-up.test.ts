import { describe, expect, it } from "vitest";
import { REPORT_FORMATS, STATUS_FORMATS } from "../../src/report/formats.js";
import { notLookedUp } from "../../src/report/not-looked-up.js";
import { inScene } from "../support/recording.js";
import { CONTEXT, findingWith, reportWith } from "./hostile.js";

const FORMATS = Object.entries(REPORT_FORMATS);
const RECORDING = { recording: "openai-openai-1.1.0" };

describe("what was not looked up", () => {
  it.each(FORMATS)("is said in %s of an offline run, also without findings", async (name, format) => {
    const offline = { ...reportWith([]), mode: "offline" as const };
    const text = await format(offline, CONTEXT);
    expect(text).toContain("offline");
    const live = await format({ ...offline, mode: "live" as const, invites: [] }, CONTEXT);
    expect(live).not.toContain("offline");
    if (name !== "json") expect(live).not.toContain("status unknown");
  });

  it("is nothing where only files are read", () => {
    expect(notLookedUp({ ...reportWith([findingWith({})]), mode: "static" })).toBeUndefined();
  });

  it.each(["pretty", "markdown"] as const)("is a line of its own below the verdict of %s", async (name) => {
    const text = await REPORT_FORMATS[name]({ ...reportWith([]), mode: "offline" }, CONTEXT);
    expect(text).toMatch(/^offline: OpenAI was not asked/m);
  });

  it.each(FORMATS.map(([name]) => name))("is said in %s of a run without a key", (format) =>
    inScene(RECORDING, async ({ run }) => {
      const { code, stdout } = await run(["check", "--format", format], { env: { OPENAI_ADMIN_KEY: "" } });
      expect(code).toBe(3);
      expect(stdout).toMatch(format === "json" ? /"unknown": 13/ : /status unknown for 13 of 13 invites/);
      expect(stdout).toContain("OPENAI_ADMIN_KEY is not set");
    }),
  );

  it.each(Object.keys(STATUS_FORMATS))("is said in %s of a status", (format) =>
    inScene(RECORDING, async ({ run }) => {
      const { stdout } = await run(["status", "--offline", "--format", format]);
      expect(stdout).toMatch(format === "json" ? /"mode": "offline"/ : /offline: OpenAI was not asked/i);
    }),
  );
});
