import { afterAll, describe, expect, it } from "vitest";
import { NO_TERRAFORM } from "../terraform/configuration/real-terraform.js";
import { expectForeseen } from "./play.js";
import {
  downloads,
  findProviders,
  installedProvider,
  providersByName,
  providersOfTable,
  whyUntried,
} from "./providers.js";
import { FATES } from "./story.js";

const names = process.env["TFINVITE_E2E_PROVIDERS"] ?? "";
const wanted = names.trim() === "" ? providersOfTable() : providersByName(names);
const cache = await downloads();
afterAll(() => cache.remove());

const searches =
  NO_TERRAFORM === undefined
    ? await findProviders(wanted, cache)
    : wanted.map((one) => ({ wanted: one, found: [], reason: NO_TERRAFORM }));

describe("the real provider", () => {
  it("was looked for, each of the table or of those that were named", () => {
    expect(searches.map(({ wanted: { source } }) => source)).toEqual(wanted.map(({ source }) => source));
    expect(searches.length).toBeGreaterThan(0);
  });

  for (const { wanted: one, found, reason } of searches) {
    if (reason !== undefined) it.skip(`${one.source} ${one.constraint} [skipped: ${reason}]`, () => undefined);
    for (const provider of found) {
      const name = `${provider.source} ${provider.version}`;
      const untried = whyUntried(provider);
      if (untried !== undefined) {
        it.skip(`${name} [skipped: ${untried}]`, () => undefined);
        continue;
      }
      const dialect = { ...provider.standIn, source: provider.source, version: provider.version };
      it(`${name} applies every plan as predicted`, () =>
        // What is gone stops the plans of some; those without a refresh speak of it.
        expectForeseen(
          dialect,
          installedProvider(cache),
          FATES.filter((fate) => !fate.startsWith("revoked")),
          [],
        ));
      it(`${name} applies plans without a refresh as predicted`, () =>
        expectForeseen(dialect, installedProvider(cache), FATES, ["-refresh=false"]));
    }
  }
});
