import { describe, expect, it } from "vitest";
import { type FormatTable, REPORT_FORMATS } from "../../src/report/formats.js";
import { CONTEXT, findingWith, rangeAt, reportWith } from "./hostile.js";

const FORMATS: FormatTable = REPORT_FORMATS;

describe("silenced findings", () => {
  const report = {
    ...reportWith([]),
    silenced: [
      {
        finding: findingWith({ address: "openai_invite.quiet", range: rangeAt("a.tf", 3) }),
        by: "comment",
        reason: "known since spring",
      },
      { finding: findingWith({ directory: "prod" }), by: "baseline" },
    ] as const,
  };

  it.each(Object.keys(FORMATS).filter((name) => name !== "json" && name !== "sarif"))(
    "are not shown by %s",
    async (name) => {
      const text = await FORMATS[name]?.(report, CONTEXT);
      expect(text).toBeTypeOf("string");
      expect(text).not.toContain("openai_invite.quiet");
    },
  );
});
