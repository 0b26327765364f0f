import semver from "semver";
import { describe, expect, it } from "vitest";
import {
  DIALECTS,
  holdsForAll,
  identifyProvider,
  mayBeIn,
  providerRange,
  toSemverRange,
} from "../../../src/invites/providers/dialects.js";
import { SCHEMAS } from "../../../src/invites/providers/provider-schemas.js";

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
        stateAttributes: new Set(["id"]),
        statePrivate: "bnVsbA==",
      },
      "mkdev-me-1",
      "mkdev-me/openai",
    ],
    [{ source: `${SOURCE}/mkdev-me/openai`, stateAttributes: new Set(["id"]) }, "mkdev-me-2", "mkdev-me/openai"],
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
  it("has ranges that semver understands, and no two rows for one version", () => {
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

describe("the table of schemas", () => {
  it("speaks of dialects that there are, and names its evidence", () => {
    const ids: readonly string[] = DIALECTS.map(({ id }) => id);
    for (const { dialects, evidence } of SCHEMAS) {
      expect(dialects.filter((id) => !ids.includes(id))).toEqual([]);
      expect(evidence).toMatch(/^https:\/\//);
    }
  });

  it("has one row for each place and version of a dialect", () => {
    for (const row of SCHEMAS) {
      for (const other of SCHEMAS) {
        if (other === row || other.of !== row.of || !other.dialects.some((id) => row.dialects.includes(id))) continue;
        expect(semver.intersects(row.versions ?? "*", other.versions ?? "*")).toBe(false);
      }
    }
  });

  it("never calls an argument computed, nor renames one", () => {
    for (const { arguments: names, computed = [], renamed = {} } of SCHEMAS) {
      expect(names.filter((name) => computed.includes(name) || name in renamed)).toEqual([]);
      expect(Object.values(renamed).filter((name) => !names.includes(name))).toEqual([]);
    }
  });

  it("has the invite of every dialect, written as the dialect's row says", () => {
    for (const { id, resourceType, projects } of DIALECTS) {
      const row = SCHEMAS.find(({ of, dialects }) => of === resourceType && dialects.includes(id));
      const written = row?.blocks?.includes("projects")
        ? "block"
        : row?.arguments.includes("projects")
          ? "attribute"
          : "none";
      expect([id, written]).toEqual([id, projects.replace("required-", "")]);
    }
  });
});

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

  it("tells what may be in use", () => {
    expect([mayBeIn(mkdev(["~> 2.0"]), ">=2.1.0"), mayBeIn(mkdev(["~> 2.0.0"]), ">=2.1.0")]).toEqual([true, false]);
    const locked = identifyProvider({
      resourceType: "openai_invite",
      source: `${SOURCE}/mkdev-me/openai`,
      constraints: [">= 1.0"],
      lockedVersion: "2.0.0",
    });
    expect(mayBeIn(locked, ">=2.1.0")).toBe(false);
  });

  it("holds for all only where there is one", () => {
    const ofNobody = identifyProvider({ resourceType: "openai_invite", source: `${SOURCE}/somebody/openai` });
    expect([holdsForAll(ofNobody, () => true), holdsForAll(mkdev([]), ({ projects }) => projects === "block")]).toEqual(
      [false, false],
    );
  });
});

it("takes a pre-release for the release that it comes before", () => {
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

  it("is none where there is no constraint", () => {
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

  it.each(["", "latest", "1.2.3.4", ">", "=> 1.0"])("%o is no constraint", (text) => {
    expect(toSemverRange(text)).toBeUndefined();
  });
});
