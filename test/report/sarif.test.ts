import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSarif, toSarif } from "../../src/report/sarif.js";
import {
  CONTEXT,
  EVERYTHING,
  findingWith,
  hostileReport,
  rangeAt,
  reportWith,
  roleFinding,
  wellFormedText,
} from "./hostile.js";
import { jsonComplaints } from "./schemas.js";

const complaints = jsonComplaints("sarif-2.1.0-rtm.5.json");

function runOf(report: Parameters<typeof toSarif>[0]) {
  const [run] = toSarif(report, CONTEXT).runs;
  if (run === undefined) throw new Error("no run");
  return run;
}

function uriOf(file: string) {
  const { results } = runOf(reportWith([findingWith({ range: rangeAt(file, 1) })]));
  return results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation;
}

describe("formatSarif", () => {
  it("matches the schema for any names and messages", () => {
    fc.assert(
      fc.property(hostileReport, (report) => {
        const text = formatSarif(report, CONTEXT);
        expect(complaints(text)).toBeUndefined();
        expect(wellFormedText(JSON.stringify(JSON.parse(text)).replaceAll(/\\u/g, ""))).toBe(true);
        expect(text).not.toMatch(/\\ud[89a-f]/);
      }),
    );
  });

  it("keeps to the schema without findings, and says that all went well", () => {
    const text = formatSarif(reportWith([]), CONTEXT);
    expect(complaints(text)).toBeUndefined();
    expect(runOf(reportWith([])).invocations).toEqual([{ executionSuccessful: true }]);
  });

  it("shows a finding, a silenced one and an error", () => {
    const range = { ...rangeAt("infra/invites.tf", 4, 3, 8), end: { line: 6, column: 2, offset: 90 } };
    const finding = findingWith({
      severity: "notice",
      directory: "infra",
      address: 'openai_invite.team["kim"]',
      range,
    });
    const report = {
      ...reportWith([finding], [{ message: "no closing brace", file: "infra/broken.tf", line: 9, column: 2 }]),
      silenced: [
        { finding: roleFinding("admin", { directory: "infra" }), by: "comment", reason: "their {own} role" },
        { finding: roleFinding("boss", { directory: "infra" }), by: "baseline" },
      ] as const,
    };
    const { results, invocations, tool, columnKind } = runOf(report);
    expect({ results, invocations, rules: tool.driver.rules?.map(({ id }) => id), columnKind }).toMatchSnapshot();
  });

  it("encodes paths as URIs", () => {
    expect(uriOf("./a b/100%,#1:ü\\😀.tf")).toEqual({
      uri: "a%20b/100%25%2C%231%3A%C3%BC%5C%F0%9F%98%80.tf",
      uriBaseId: "%SRCROOT%",
    });
    expect(uriOf("../shared/main.tf")).toEqual({ uri: "../shared/main.tf", uriBaseId: "%SRCROOT%" });
    expect(uriOf("/srv/a b.tf")).toEqual({ uri: "file:///srv/a%20b.tf" });
    expect(uriOf("C:/a b.tf")).toEqual({ uri: "file:///C:/a%20b.tf" });
  });

  it("places what has no place at the root module's folder, since GitHub refuses reports otherwise", () => {
    const { results } = runOf(reportWith([findingWith({ directory: "./prod/" }), findingWith({})]));
    expect(results?.map((result) => result.locations)).toEqual([
      [{ physicalLocation: { artifactLocation: { uri: "prod/", uriBaseId: "%SRCROOT%" }, region: { startLine: 1 } } }],
      [{ physicalLocation: { artifactLocation: { uri: "./", uriBaseId: "%SRCROOT%" }, region: { startLine: 1 } } }],
    ]);
  });

  it("knows a finding again after its lines have moved, and tells those alike apart", () => {
    const at = (line: number) => findingWith({ address: "openai_invite.a", range: rangeAt("a.tf", line) });
    const prints = (lines: readonly number[]) =>
      runOf(reportWith(lines.map(at))).results?.map((result) => result.partialFingerprints?.["tfinvite/v1"]);
    expect(prints([40, 50])).toEqual(prints([1, 2]));
    expect(new Set(prints([1, 2])).size).toBe(2);
  });

  it("makes neither links nor placeholders of a message", () => {
    const { results } = runOf(reportWith([findingWith({ address: EVERYTHING })]));
    const text = results?.[0]?.message.text ?? "";
    expect(text).not.toContain("](");
    expect(text.replaceAll("{{", "").replaceAll("}}", "")).not.toMatch(/[{}]/);
  });

  it("has the edits of fixes, each at its place, unless some of their text has to be masked", () => {
    const text = '# ü😀\nemail = "Kim@example.com"\n';
    const finding = findingWith({ range: rangeAt("a.tf", 2, 9, 17, 14) });
    const start = text.indexOf("Kim");
    const edits = [{ file: "a.tf", start, end: start + 3, text: "kim" }];
    const report = {
      ...reportWith([finding], [], new Map([["a.tf", text]])),
      fixes: new Map([[finding, { title: "Write it in lower case", edits }]]),
    };
    expect(complaints(formatSarif(report, CONTEXT))).toBeUndefined();
    expect(runOf(report).results?.[0]?.fixes).toEqual([
      {
        description: { text: "Write it in lower case" },
        artifactChanges: [
          {
            artifactLocation: { uri: "a.tf", uriBaseId: "%SRCROOT%" },
            replacements: [
              {
                deletedRegion: { startLine: 2, startColumn: 10, endLine: 2, endColumn: 13 },
                insertedContent: { text: "kim" },
              },
            ],
          },
        ],
      },
    ]);
    const masked = edits.map((edit) => ({ ...edit, text: "kim@example.com" }));
    const given = { program: ["tfinvite"], shell: "bash", variables: [], redact: true } as const;
    const hidden = { ...report, fixes: new Map([[finding, { title: "Write it in lower case", edits: masked }]]) };
    expect(toSarif(hidden, { ...CONTEXT, given }).runs[0]?.results?.[0]?.fixes).toBeUndefined();
  });

  it("has a name of each rule, and the whole page of one that found something", () => {
    const { rules } = runOf(reportWith([roleFinding("boss")])).tool.driver;
    expect(rules?.map(({ name }) => name)).toEqual(["InvalidRole"]);
    expect(rules?.[0]?.help?.markdown).toContain("## How to fix");
    expect(rules?.[0]?.help?.markdown).not.toContain("<!--");
    expect(runOf(reportWith([])).tool.driver.rules?.[0]?.help?.markdown).toMatch(/^\[Read about invalid-role\]/);
  });

  it("names runs about one thing alike, and each root module that is checked alone by itself", () => {
    const id = (mode: "live" | "static", directories: readonly string[], checkoutPrefix = "") =>
      toSarif({ ...reportWith([]), mode, directories }, { ...CONTEXT, checkoutPrefix }).runs[0]?.automationDetails?.id;
    expect(id("static", ["a", "b"])).toBe("tfinvite/lint/");
    expect(id("static", ["a"], "infra/")).toBe("tfinvite/lint/infra/");
    expect(id("live", ["."], "infra/")).toBe("tfinvite/check/infra/");
    expect(id("live", ["prod", "stage"])).toBe("tfinvite/check/");
    expect(id("live", ["prod"])).toBe("tfinvite/check/prod/");
  });

  it("contains no text of the files", () => {
    const finding = findingWith({ range: rangeAt("a.tf", 1) });
    const sources = new Map([["a.tf", "a-secret-in-the-file"]]);
    expect(formatSarif(reportWith([finding], [], sources), CONTEXT)).not.toContain("a-secret");
  });
});
