import { readFileSync } from "node:fs";
import path from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { reportJsonSchema } from "../../src/report/json-schema.js";
import { ROOT } from "../support/program.js";
import { inScene } from "../support/recording.js";

const published: unknown = JSON.parse(readFileSync(path.join(ROOT, "schema/report-v1.json"), "utf8"));

describe("schema/report-v1.json", () => {
  it("is what the report's types say (npm run schema writes it)", () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(reportJsonSchema())));
  });

  it.each([
    ["status", []],
    ["check", []],
    ["check", ["--offline"]],
    ["check", ["--deadline", "1s"]],
  ])("accepts what `%s --format json %j` prints", (command, flags) =>
    inScene({ recording: "openai-openai-1.1.0" }, async ({ run, api }) => {
      if (flags.includes("--deadline")) api.next("any", { do: "too-many" }, 99);
      const { stdout } = await run([command, "--format", "json", ...flags]);
      const validate = new Ajv2020({ strict: true, allErrors: true }).compile(Object(published));
      expect([validate(JSON.parse(stdout)), validate.errors]).toEqual([true, null]);
    }),
  );
});
