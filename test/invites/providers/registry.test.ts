import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import semver from "semver";
import { describe, expect, it } from "vitest";
import { holdsForAll, identifyProvider, mayBeIn } from "../../../src/invites/providers/identify.js";
import type { ProviderProfile, SchemaRow } from "../../../src/invites/providers/profile.js";
import { DIALECTS, PROVIDERS } from "../../../src/invites/providers/registry.js";
import { schemaRowsOf } from "../../../src/invites/providers/schemas.js";
import { providerRange, toSemverRange } from "../../../src/terraform/version-constraint.js";

const SOURCE = "registry.terraform.io";

describe("identifyProvider", () => {
  it.each([
    [{ source: `${SOURCE}/openai/openai`, lockedVersion: "1.1.0" }, "openai", "openai/openai 1.1.0"],
    [
      { source: "registry.opentofu.org/mkdev-me/openai", lockedVersion: "2.2.7" },
      "mkdev-me-2",
      "mkdev-me/openai 2.2.7",
    ],
    [{ source: `${SOURCE}/mkdev-me/openai`, lockedVersion: "1.2.0" }, "mkdev-me-1", "mkdev-me/openai 1.2.0"],
    [{ source: `${SOURCE}/mkdev-me/openai`, constraints: ["~> 1.1"] }, "mkdev-me-1", "mkdev-me/openai"],
    [{ source: `${SOURCE}/mkdev-me/openai`, constraints: [">= 1.0"] }, "unknown", "mkdev-me/openai"],
    [
      {
        source: `${SOURCE}/mkdev-me/openai`,
        constraints: [">= 1.0"],
        object: { private: "bnVsbA==" },
      },
      "mkdev-me-1",
      "mkdev-me/openai",
    ],
    [{ source: `${SOURCE}/mkdev-me/openai`, object: {} }, "mkdev-me-2", "mkdev-me/openai"],
    [{ source: `${SOURCE}/jianyuan/openai`, lockedVersion: "0.7.0" }, "jianyuan-0.7", "jianyuan/openai 0.7.0"],
    [{ source: `${SOURCE}/jianyuan/openai`, constraints: ["~> 0.4.0"] }, "jianyuan-0.4", "jianyuan/openai"],
    [
      { source: `${SOURCE}/cloudopsworks/openai`, resourceType: "openai_organization_invite" },
      "cloudopsworks",
      "cloudopsworks/openai",
    ],
    [{ source: `${SOURCE}/somebody/openai`, lockedVersion: "1.0.0" }, "unknown", "somebody/openai 1.0.0"],
    [{}, "unknown", "this provider"],
  ])("%o speaks %s", (evidence, id, label) => {
    const identity = identifyProvider({ resourceType: "openai_invite", ...evidence });
    expect([identity.dialect.id, identity.label]).toEqual([id, label]);
  });
});

describe("the dialect table", () => {
  it("has ranges that semver understands, and only one row for each version", () => {
    for (const row of DIALECTS) {
      expect(semver.validRange(row.versions)).not.toBeNull();
      const twins = DIALECTS.filter(
        (other) => other !== row && other.namespaces.some((name) => row.namespaces.includes(name)),
      );
      for (const twin of twins) expect(semver.intersects(row.versions, twin.versions)).toBe(false);
    }
  });

  it("names its evidence in every row", () => {
    for (const row of DIALECTS) expect(row.evidence).toMatch(/^https:\/\//);
  });
});

/** The schemas of every provider, by place. */
const SCHEMAS = Object.entries(PROVIDERS).flatMap(([id, provider]) => {
  const { invite, inviteSchema, schemas }: ProviderProfile = provider;
  return Object.entries<readonly SchemaRow[]>({ [invite]: inviteSchema, ...schemas }).map(([place, rows]) => ({
    id,
    place,
    rows,
  }));
});

describe("the schemas", () => {
  it("name their evidence", () => {
    for (const { evidence } of SCHEMAS.flatMap(({ rows }) => rows)) expect(evidence).toMatch(/^https:\/\//);
  });

  it("have one row for each place and version of a provider", () => {
    for (const { rows } of SCHEMAS) {
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        const others = rows.filter((other) => other !== row);
        expect(others.filter((other) => semver.intersects(row.versions ?? "*", other.versions ?? "*"))).toEqual([]);
      }
    }
  });

  it("never call an argument computed, or rename one", () => {
    for (const { arguments: names, computed = [], renamed = {} } of SCHEMAS.flatMap(({ rows }) => rows)) {
      expect(names.filter((name) => computed.includes(name) || name in renamed)).toEqual([]);
      expect(Object.values(renamed).filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it("have the invite of every dialect, written as the dialect says", () => {
    for (const row of DIALECTS) {
      const written = schemaRowsOf(row, row.provider.invite, { range: row.versions }).map(
        ({ arguments: names, blocks }) =>
          blocks?.includes("projects") ? "block" : names.includes("projects") ? "attribute" : "none",
      );
      expect([row.id, ...new Set(written)]).toEqual([row.id, row.projects.replace("required-", "")]);
    }
  });
});

it("registers every profile in the folder", async () => {
  const folder = fileURLToPath(new URL("../../../src/invites/providers/", import.meta.url));
  const modules = await Promise.all(readdirSync(folder).map((file) => import(path.join(folder, file))));
  const profiles = modules.flatMap((module) => Object.values(module)).filter(isProfile);
  expect(new Set(profiles)).toEqual(new Set(Object.values(PROVIDERS)));
});

it("is the only place that distinguishes providers", () => {
  const source = fileURLToPath(new URL("../../../src/", import.meta.url));
  const names = DIALECTS.flatMap(({ id, namespaces }) => [id, ...namespaces]).filter((name) => name !== "openai");
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.startsWith("invites/providers/"),
  );
  const found = files.filter((file) => {
    const text = readFileSync(path.join(source, file), "utf8");
    return names.some((name) => text.includes(`"${name}"`) || text.includes(`"${name}/`));
  });
  expect(found).toEqual([]);
});

function isProfile(value: unknown): boolean {
  return typeof value === "object" && value !== null && "inviteSchema" in value;
}

describe("identifyProvider, of a range", () => {
  const mkdev = (constraints: readonly string[]) =>
    identifyProvider({ resourceType: "openai_invite", source: `${SOURCE}/mkdev-me/openai`, constraints });

  it.each([
    [[], ["mkdev-me-1", "mkdev-me-2"]],
    [[">= 1.0", "< 2.0"], ["mkdev-me-1"]],
    [
      [">= 1.5", "!= 1.2.0"],
      ["mkdev-me-1", "mkdev-me-2"],
    ],
    [["~> 2.0", ">= 1.0"], ["mkdev-me-2"]],
    [["< 1.0"], []],
    [["not a version"], ["mkdev-me-1", "mkdev-me-2"]],
    [["~> 1"], ["mkdev-me-1"]],
    [["~>1, >= 1.1"], ["mkdev-me-1"]],
    [["= 2.0.0-rc.1"], ["mkdev-me-2"]],
    [[">= 2.0.0-alpha"], ["mkdev-me-2"]],
    [["< 2.0.0-rc.1"], ["mkdev-me-1"]],
  ])("%j allows %j", (constraints, ids) => {
    expect(mkdev(constraints).candidates.map(({ id }) => id)).toEqual(ids);
  });

  it("returns the profiles that may be in use", () => {
    expect([mayBeIn(mkdev(["~> 2.0"]), ">=2.1.0"), mayBeIn(mkdev(["~> 2.0.0"]), ">=2.1.0")]).toEqual([true, false]);
    const locked = identifyProvider({
      resourceType: "openai_invite",
      source: `${SOURCE}/mkdev-me/openai`,
      constraints: [">= 1.0"],
      lockedVersion: "2.0.0",
    });
    expect(mayBeIn(locked, ">=2.1.0")).toBe(false);
  });

  it("is certain only when one profile is possible", () => {
    const ofNobody = identifyProvider({ resourceType: "openai_invite", source: `${SOURCE}/somebody/openai` });
    expect([holdsForAll(ofNobody, () => true), holdsForAll(mkdev([]), ({ projects }) => projects === "block")]).toEqual(
      [false, false],
    );
  });
});

it("treats a pre-release as the release that follows it", () => {
  const of = (lockedVersion: string) =>
    identifyProvider({ resourceType: "openai_invite", source: `${SOURCE}/mkdev-me/openai`, lockedVersion });
  expect([of("2.0.0-rc.1"), of("1.2.0+build.7")].map(({ dialect }) => dialect.id)).toEqual([
    "mkdev-me-2",
    "mkdev-me-1",
  ]);
  expect(of("2.0.0-rc.1").label).toBe("mkdev-me/openai 2.0.0-rc.1");
});

describe("providerRange", () => {
  it.each([
    ["~> 1", ">=1.0.0 <2.0.0-0"],
    ["~> 1.2", ">=1.2.0 <2.0.0-0"],
    ["~> 1.2.3-beta1", ">=1.2.3 <1.3.0-0"],
    [">= 1, ~> 2, < 3.0.0-rc1", ">=1.0.0 >=2.0.0 <3.0.0-0 <3.0.0"],
  ])("%s is %s", (constraint, range) => {
    expect(providerRange(constraint)).toBe(range);
  });

  it("is undefined without a constraint", () => {
    expect(["", "latest", "~> 1-"].map(providerRange)).toEqual([undefined, undefined, undefined]);
  });
});

describe("toSemverRange", () => {
  it.each([
    ["1.2.0", "1.2.0"],
    ["= 1.2", "1.2.0"],
    ["~> 1.2", ">=1.2.0 <2.0.0-0"],
    ["~> 1.2.3", ">=1.2.3 <1.3.0-0"],
    ["~> 1", ">=1.0.0"],
    [">= 1.0, < 2.0", ">=1.0.0 <2.0.0"],
    [">= 1.0, != 1.1.0", ">=1.0.0"],
    ["!= 1.1.0", "*"],
    ["v1.0.0-beta1", "1.0.0-beta1"],
  ])("%s is %s", (constraint, range) => {
    expect(toSemverRange(constraint)).toBe(range);
  });

  it.each(["", "latest", "1.2.3.4", ">", "=> 1.0"])("%o is not a constraint", (text) => {
    expect(toSemverRange(text)).toBeUndefined();
  });
});
