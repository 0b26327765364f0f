import { beforeAll, describe, expect, it } from "vitest";
import { placeFinder, placeOfError } from "../../src/report/places.js";
import type { Report } from "../../src/report/report.js";
import { reportOf } from "../support/reports.js";
import { stateOf } from "../support/states.js";
import { rangeAt } from "./hostile.js";

describe("placeFinder", () => {
  let report: Report;

  beforeAll(async () => {
    report = await reportOf(
      {
        "main.tf": 'module "kim" {\n  source = "./kim"\n}\n',
        "kim/main.tf": 'resource "openai_invite" "kim" {\n  email = "kim@example.com"\n  role  = "reader"\n}\n',
        "people.tf": '\nresource "openai_invite" "lee" {\n  email = "lee@example.com"\n  role  = "reader"\n}\n',
        "terraform.tfstate": stateOf([{ name: "gone", id: "invite-1", email: "gone@example.com" }]),
      },
      {},
    );
  });

  it("takes the finding's own range, else the root module's first file with invites, else its folder", () => {
    const placeOf = placeFinder(report);
    const range = rangeAt("./a.tf", 4);
    expect(placeOf({ directory: ".", range })).toEqual({
      file: "a.tf",
      isFolder: false,
      start: range.start,
      end: range.end,
      source: "./a.tf",
    });
    expect(placeOf({ directory: "." })).toEqual({ file: "people.tf", isFolder: false });
    expect(placeOf({ directory: "./other/" })).toEqual({ file: "other", isFolder: true });
  });

  it("places errors at their line", () => {
    expect(placeOfError({ message: "no", file: "a.tf", line: 3, column: 2 }, report)).toMatchObject({
      file: "a.tf",
      start: { line: 3, column: 2 },
    });
    expect(placeOfError({ message: "no", file: "a.tf" }, report)).toEqual({ file: "a.tf", isFolder: false });
    expect(placeOfError({ message: "no" }, report)).toEqual({ file: ".", isFolder: true });
  });
});
