import { expect, test } from "vitest";
import { z } from "zod";
import { NO_TERRAFORM, needsTerraform, runTerraform } from "../real-terraform.js";
import { FUNCTIONS, inFolder, YAML } from "./file-cases.js";

/** Of each expression, what the real program makes of it, in one process. */
function terraformValues(files: Readonly<Record<string, string>>, expressions: readonly string[]) {
  const items = expressions.map((text) => `    try(jsonencode([${text}]), "fails"),\n`).join("");
  return inFolder({ ...files, "main.tf": `locals {\n  values = [\n${items}  ]\n}\n` }, (cwd) => {
    const { stdout, stderr, status } = runTerraform(["console"], {
      cwd,
      input: "base64encode(jsonencode(local.values))\n",
    });
    expect(status, stderr).toBe(0);
    const texts = z.array(z.string()).parse(JSON.parse(Buffer.from(stdout.trim(), "base64").toString("utf8")));
    return texts.map((text) =>
      text === "fails" ? { fails: true } : { value: z.array(z.unknown()).parse(JSON.parse(text))[0] },
    );
  });
}

test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform("fixtures/data-files hold what Terraform does"), async () => {
  const expressions = FUNCTIONS.expressions.map(({ expression }) => expression);
  const recorded = FUNCTIONS.expressions.map(({ expression: _, ...result }) => result);
  expect(await terraformValues(FUNCTIONS.files, expressions)).toEqual(recorded);

  const texts = Object.fromEntries(YAML.map(({ text }, index) => [`${index}.yaml`, text]));
  const decoded = Object.keys(texts).map((name) => `yamldecode(file("${name}"))`);
  expect(await terraformValues(texts, decoded)).toEqual(YAML.map(({ text: _, ...result }) => result));
});
