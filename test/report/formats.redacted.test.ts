import { describe, expect, it } from "vitest";
import { type FormatTable, REPORT_FORMATS } from "../../src/report/formats.js";
import { redactEmails } from "../../src/report/masking.js";
import { CONTEXT, findingWith, rangeAt, reportWith } from "./hostile.js";
import { jsonComplaints, xmlComplaints } from "./schemas.js";

const FORMATS: FormatTable = REPORT_FORMATS;

const ADDRESS = 'openai_invite.team["zebedee@quokka.example"]';

/** A report that is not masked everywhere would contain one of these. */
const LEFT = /ebedee|quokka/;

describe("masked reports", () => {
  const finding = findingWith({
    address: ADDRESS,
    email: "zebedee@quokka.example",
    directory: "zebedee@quokka.example",
    range: rangeAt("people/zebedee@quokka.example.tf", 2),
  });
  const report = {
    ...reportWith([finding], [{ message: "no answer about zebedee@quokka.example", address: ADDRESS }]),
    silenced: [{ finding, by: "comment", reason: "zebedee@quokka.example knows" } as const],
  };

  it.each(Object.entries(FORMATS))("show no email address: %s", async (_name, format) => {
    const text = await format(report, CONTEXT);
    expect(redactEmails(text)).not.toMatch(LEFT);
    // A report that shows no finding would prove nothing.
    expect(text).toMatch(LEFT);
  });

  it("keep to their schemas", async () => {
    const masked = async (name: string) => redactEmails((await FORMATS[name]?.(report, CONTEXT)) ?? "");
    expect(jsonComplaints("sarif-2.1.0-rtm.5.json")(await masked("sarif"))).toBeUndefined();
    expect(jsonComplaints("gitlab-code-quality.schema.json")(await masked("gitlab"))).toBeUndefined();
    expect(jsonComplaints("rdjson.schema.json")(await masked("rdjson"))).toBeUndefined();
    expect(await xmlComplaints("checkstyle.xsd", await masked("checkstyle"))).toBeUndefined();
    expect(await xmlComplaints("junit.xsd", await masked("junit"))).toBeUndefined();
  });
});
