import { cpSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import { configurationCases, loadCase, plain } from "./configuration-cases.js";
import { NO_TERRAFORM, needsTerraform, runTerraform } from "./real-terraform.js";

const moduleSchema = z.object({
  resources: z
    .array(z.object({ address: z.string(), values: z.object({ input: z.unknown(), triggers_replace: z.unknown() }) }))
    .default([]),
  get child_modules() {
    return z.array(moduleSchema).default([]);
  },
});
const planSchema = z.object({ planned_values: z.object({ root_module: moduleSchema }) });
type PlannedModule = z.infer<typeof moduleSchema>;

function plannedResources(module: PlannedModule): readonly (readonly [string, unknown])[] {
  const own = module.resources.map(({ address, values }): [string, unknown] => [
    address,
    { input: values.input ?? null, triggers_replace: values.triggers_replace ?? null },
  ]);
  return [...own, ...module.child_modules.flatMap(plannedResources)];
}

describe("what Terraform plans", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "load-configuration-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  for (const theCase of configurationCases().filter(({ terraform }) => terraform)) {
    test.skipIf(NO_TERRAFORM !== undefined)(needsTerraform(theCase.name), async () => {
      const cwd = path.join(folder, theCase.name);
      cpSync(path.join(theCase.folder, "config"), cwd, { recursive: true });
      const { env } = theCase;
      const given = theCase.variables.map((one) =>
        "file" in one ? `-var-file=${path.resolve(theCase.folder, one.file)}` : `-var=${one.assignment}`,
      );
      const init = runTerraform(["init", "-no-color"], { cwd, env });
      expect(init.status, init.stderr).toBe(0);
      const plan = runTerraform(["plan", "-no-color", "-out=plan", ...given], { cwd, env });
      expect(plan.status, plan.stderr).toBe(0);
      const shown: unknown = JSON.parse(runTerraform(["show", "-json", "plan"], { cwd }).stdout);
      const planned = plannedResources(planSchema.parse(shown).planned_values.root_module);

      const { resources } = await loadCase(theCase, "terraform");
      const declared = resources.flatMap((resource) => {
        expect(resource.complete).toBe(true);
        return resource.instances.map(({ address, arguments: values }) => {
          const argument = (name: string) => plain(values.get(name) ?? { kind: "null" });
          return [
            formatAddress(address),
            { input: argument("input"), triggers_replace: argument("triggers_replace") },
          ] as const;
        });
      });
      expect(new Map(declared)).toEqual(new Map(planned));
    });
  }
});
