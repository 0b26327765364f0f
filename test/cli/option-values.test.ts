import { describe, expect, it } from "vitest";
import { Failure } from "../../src/base/failure.js";
import {
  collectFormats,
  collectRules,
  collectSelected,
  collectStatuses,
  parseDuration,
  parseFailOn,
} from "../../src/cli/option-values.js";
import { inScene } from "../support/recording.js";

const WRITTEN = "Write a duration like 90s, 5m or 1h30m.";
const LIMITS = "It must be at least 1s and at most 24h.";

describe("--deadline", () => {
  it.each([
    ["1s", 1000],
    ["90s", 90_000],
    ["1.5s", 1500],
    ["1.0004s", 1000],
    ["1.23456s", 1235],
    ["0.9999s", 1000],
    ["5m", 300_000],
    ["1h30m", 5_400_000],
    ["0h0m30s", 30_000],
    ["24h", 86_400_000],
    ["1440m", 86_400_000],
  ])("%s is %i ms", (value, milliseconds) => {
    expect(parseDuration(value)).toBe(milliseconds);
  });

  it.each([
    ["0s", LIMITS],
    ["0h", LIMITS],
    ["0.0005s", LIMITS],
    ["0.9s", LIMITS],
    ["24h1s", LIMITS],
    ["86400.001s", LIMITS],
    ["99999h", LIMITS],
    [`${"9".repeat(400)}h`, LIMITS],
    ["", WRITTEN],
    ["soon", WRITTEN],
    ["5", WRITTEN],
    ["-5s", WRITTEN],
    ["5 m", WRITTEN],
    ["1.5m", WRITTEN],
    ["30s1m", WRITTEN],
    ["1e3s", WRITTEN],
    ["500ms", WRITTEN],
    ["5m\n", WRITTEN],
  ])("%j is refused: %s", (value, hint) => {
    expect(() => parseDuration(value)).toThrow(expect.objectContaining({ name: "Failure", hint }));
  });

  it.each(["0.0005s", "99999h"])("%s is refused by the whole program with its own message", (value) =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, api }) => {
      expect(await run(["status", "--deadline", value])).toEqual({
        code: 2,
        stdout: "",
        stderr: `error: "${value}" is not a valid value of --deadline\n       ${LIMITS}\n`,
      });
      expect(api.requests).toEqual([]);
    }),
  );

  it("may be a day", () =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run }) => {
      expect(await run(["status", "--deadline", "24h"])).toMatchObject({ code: 0, stderr: "" });
    }));
});

describe("--format", () => {
  const parse = collectFormats(["json", "pretty"]);

  it.each([
    ["json", { format: "json" }],
    ["json:report.json", { format: "json", file: "report.json" }],
    ["json:C:\\reports\\a.json", { format: "json", file: "C:\\reports\\a.json" }],
    ["json:/dev/fd/63", { format: "json", file: "/dev/fd/63" }],
  ])("%s", (value, choice) => {
    expect(parse(value, [{ format: "pretty" }])).toEqual([{ format: "pretty" }, choice]);
  });

  it.each(["html", "", ":report.json", "json:", "JSON"])("refuses %j", (value) => {
    expect(() => parse(value)).toThrow(Failure);
  });
});

describe("other flags", () => {
  it("--rule keeps the last setting of a rule", () => {
    const parse = collectRules(["one", "two"]);
    expect([...parse("one=off", parse("two=error", parse("one=notice")))]).toEqual([
      ["one", "off"],
      ["two", "error"],
    ]);
    for (const value of ["one", "one=", "one=bad", "three=off", "=off"]) expect(() => parse(value)).toThrow(Failure);
  });

  it("--status takes several values, and refuses an unknown one", () => {
    expect([...collectStatuses("accepted, joined,accepted")]).toEqual(["accepted", "joined"]);
    for (const value of ["", "spent", "accepted,"]) expect(() => collectStatuses(value)).toThrow(Failure);
  });

  it("--status used stands for three statuses, and repeated flags and lists are combined", () => {
    expect([...collectStatuses("used")]).toEqual(["accepted", "joined", "departed"]);
    expect([...collectStatuses("pending,used", collectStatuses("missing"))]).toEqual([
      ...["missing", "pending", "accepted", "joined", "departed"],
    ]);
  });

  it.each([
    ["acepted", "Did you mean accepted? "],
    ["not sent", "Did you mean not-sent? "],
    ["use", "Did you mean used? "],
    ["spent", ""],
  ])("--status %s is refused, with the nearest name", (value, meant) => {
    const list = "used, accepted, joined, departed, expired, missing, pending, not-sent or unknown";
    expect(() => collectStatuses(value)).toThrow(
      expect.objectContaining({ hint: `${meant}It must be one of ${list}.` }),
    );
  });

  it("--only takes lists; a comma inside a key is part of the key", () => {
    expect(collectSelected('openai_invite.team["a,\\"],b"], *@example.com,x', ["first"])).toEqual([
      ...["first", 'openai_invite.team["a,\\"],b"]', "*@example.com", "x"],
    ]);
  });

  it("--fail-on", () => {
    expect(["error", "warning", "notice", "never"].map(parseFailOn)).toEqual(["error", "warning", "notice", "never"]);
    expect(() => parseFailOn("fatal")).toThrow(Failure);
  });
});
