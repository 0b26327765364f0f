import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pace } from "../../src/openai/pace.js";
import { backOff, namedWait, waitInText, worthRetrying } from "../../src/openai/waits.js";

describe("the wait that a server asks for", () => {
  const now = Date.UTC(2026, 10, 22, 12, 0, 0);
  it.each([
    [{ "retry-after-ms": "1500", "retry-after": "9" }, "", 1500],
    [{ "retry-after": "41" }, "try again in 3s", 41_000],
    [{ "retry-after": "0" }, "", 0],
    [{ "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" }, "", 30_000],
    [{ "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT", date: "Sun, 22 Nov 2026 12:00:20 GMT" }, "", 10_000],
    [{ "retry-after": "Sun, 22 Nov 2026 11:59:30 GMT" }, "", 0],
    [{ "retry-after": "soon" }, "Please try again in 6.514s.", 6514],
    [{}, "please slow down and try again after 6.937 seconds.", 6937],
    [{}, "Please try again in 200ms. Visit https://platform.openai.com", 200],
    [{}, "Please try again in 1m30s.", 90_000],
    [{}, "Please try again in 7h12m", 25_920_000],
    [{}, "try again in 12", 12_000],
    [{}, "try again later", undefined],
    [{}, "", undefined],
  ])("%j %j: %s ms", (headers, message, wait) => {
    expect(namedWait(headers, message, now)).toBe(wait);
  });

  it("never throws, and is never negative, for any text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = waitInText(`try again in ${text}`);
        expect(wait === undefined || wait >= 0).toBe(true);
      }),
    );
  });
});

describe("a retry", () => {
  it.each([
    [408, {}, true],
    [409, {}, true],
    [429, {}, true],
    [500, {}, true],
    [529, {}, true],
    [400, {}, false],
    [401, {}, false],
    [404, {}, false],
    [400, { "x-should-retry": "true" }, true],
    [500, { "x-should-retry": "false" }, false],
  ])("after %i %j: %s", (status, headers, again) => {
    expect(worthRetrying(status, headers)).toBe(again);
  });

  it("backs off up to 0.5, 1, 2, 4 … 30 seconds, with full jitter", () => {
    expect([1, 2, 3, 4, 7, 50].map((failures) => backOff(failures, () => 1))).toEqual([
      500, 1000, 2000, 4000, 30_000, 30_000,
    ]);
    expect(backOff(4, () => 0)).toBe(0);
    expect(backOff(4, () => 0.25)).toBe(1000);
  });
});

describe("the pace of an endpoint", () => {
  it("is not limited before a refusal", () => {
    const pace = new Pace();
    for (let i = 0; i < 50; i += 1) pace.gotThrough(i);
    expect(pace.readyAt(50)).toBe(50);
    expect(pace.rate).toBeUndefined();
  });

  it("without a wait in the answer, waits for the window that the burst began", () => {
    const pace = new Pace();
    for (let i = 0; i < 7; i += 1) pace.gotThrough(1000 + i * 100);
    expect(pace.refused(2000, undefined)).toBe(61_250);
    expect(pace.rate).toMatchObject({ count: 7, per: 60_000 });
  });

  it("learns a steady rate from the waits that the server asks for", () => {
    const pace = new Pace();
    pace.gotThrough(1000);
    expect(pace.refused(2000, 8000)).toBe(10_250);
    expect(pace.rate).toMatchObject({ count: 1, per: 9000 });
    pace.gotThrough(10_300);
    expect(pace.readyAt(10_300)).toBe(19_550);
  });

  it("waits a whole window when nothing gets through at all", () => {
    const pace = new Pace();
    expect(pace.refused(5000, undefined)).toBe(65_250);
    expect(pace.refused(65_250, undefined)).toBe(125_500);
  });

  it("tries to be faster after two rounds without a refusal", () => {
    const pace = new Pace();
    pace.gotThrough(0);
    pace.gotThrough(1);
    pace.refused(2, undefined);
    for (const at of [61_000, 61_001, 122_000, 122_001]) pace.gotThrough(at);
    expect(pace.rate).toMatchObject({ count: 3 });
  });

  it("sends all of them under any limit, with few refusals", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 2000 }),
        (limit, wanted, named, latency) => {
          const pace = new Pace();
          const accepted: number[] = [];
          let now = 0;
          let refusals = 0;
          while (accepted.length < wanted) {
            now = Math.max(now, pace.readyAt(now));
            const arrived = now + latency / 2;
            now += latency;
            const recent = accepted.filter((at) => at > arrived - 60_000);
            if (recent.length < limit) {
              accepted.push(arrived);
              pace.gotThrough(now);
            } else {
              refusals += 1;
              pace.refused(now, named ? (recent[0] ?? 0) + 60_000 - arrived : undefined);
            }
            expect(refusals).toBeLessThanOrEqual(wanted + 1);
          }
          // At most one refusal per window, plus those of trying a faster pace.
          expect(refusals).toBeLessThanOrEqual(1 + Math.ceil(wanted / limit));
          expect(now).toBeLessThanOrEqual(
            (Math.ceil(wanted / limit) + 1) * (60_000 + 3 * latency + 500) + wanted * latency,
          );
        },
      ),
    );
  });
});
