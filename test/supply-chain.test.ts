import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { alignedTable } from "./support/dialect-tables.js";
import { ROOT } from "./support/program.js";

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");

/** A narrow part of CycloneDX 1.6 (https://cyclonedx.org/schema/bom-1.6.schema.json): everything that it accepts is valid there. */
const LICENSES = z.tuple([z.strictObject({ license: z.strictObject({ id: z.string().regex(/^[\w.+-]+$/) }) })]);
const PURL = z.string().regex(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+[\w.+-]*$/);
const COMPONENT = z.strictObject({
  type: z.literal("library"),
  "bom-ref": PURL,
  group: z.string().regex(/^@/).optional(),
  name: z.string().min(1),
  version: z.string().max(1024),
  scope: z.literal("required"),
  licenses: LICENSES,
  purl: PURL,
  externalReferences: z.tuple([
    z.strictObject({
      type: z.literal("distribution"),
      url: z.url(),
      hashes: z.tuple([z.strictObject({ alg: z.literal("SHA-512"), content: z.string().regex(/^[0-9a-f]{128}$/) })]),
    }),
  ]),
  properties: z.tuple([
    z.strictObject({ name: z.literal("tfinvite:included"), value: z.enum(["bundled", "installed"]) }),
  ]),
});
const BOM = z.strictObject({
  $schema: z.literal("http://cyclonedx.org/schema/bom-1.6.schema.json"),
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.6"),
  version: z.int().min(1),
  metadata: z.strictObject({
    lifecycles: z.tuple([z.strictObject({ phase: z.literal("build") })]),
    component: z.strictObject({
      type: z.literal("application"),
      "bom-ref": PURL,
      name: z.literal("tfinvite"),
      version: z.string(),
      description: z.string(),
      licenses: LICENSES,
      purl: PURL,
    }),
  }),
  components: z.array(COMPONENT).min(1),
  dependencies: z.array(z.strictObject({ ref: PURL, dependsOn: z.array(PURL) })).length(1),
});

const LOCK = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      dev: z.boolean().optional(),
    }),
  ),
});

const bom = BOM.parse(JSON.parse(read("dist/sbom.cdx.json")));
const fullName = ({ group, name }: z.infer<typeof COMPONENT>) => (group === undefined ? name : `${group}/${name}`);

describe.each(["package-lock.json", "site/package-lock.json"])("%s", (file) => {
  const { packages } = LOCK.parse(JSON.parse(read(file)));
  const entries = Object.entries(packages).filter(([key]) => key !== "");

  it("has the hash of every package", () => {
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))).toEqual([]);
  });

  it("has every package from the public registry", () => {
    // An entry without a URL is the registry's package of this name and version.
    const elsewhere = entries.filter(
      ([, { resolved = "https://registry.npmjs.org/", link = false }]) =>
        link || !resolved.startsWith("https://registry.npmjs.org/"),
    );
    expect(elsewhere).toEqual([]);
  });
});

describe("the bill of materials in the package", () => {
  it("lists the packages of the licences file, and those that npm installs with it", () => {
    const licences = read("dist/THIRD-PARTY-LICENSES.txt").matchAll(/^-{80}\n\n(\S+) (\S+) \((\S+)\)$/gm);
    const shown = (how: string) =>
      bom.components
        .filter(({ properties: [{ value }] }) => value === how)
        .map((one) => `${fullName(one)} ${one.version} ${one.licenses[0].license.id}`)
        .sort();
    expect(shown("bundled")).toEqual(Array.from(licences, ([, ...parts]) => parts.join(" ")).sort());
    const { packages } = LOCK.parse(JSON.parse(read("package-lock.json")));
    const installed = Object.entries(packages).filter(([key, { dev = false }]) => key !== "" && !dev);
    expect(shown("installed")).toHaveLength(installed.length);
  });

  it("refers only to components that it describes, and contains no time and no path of a machine", () => {
    const refs = bom.components.map((one) => one["bom-ref"]);
    expect(new Set(refs).size).toBe(refs.length);
    expect(bom.dependencies).toEqual([{ ref: bom.metadata.component["bom-ref"], dependsOn: refs }]);
    const text = read("dist/sbom.cdx.json");
    expect(text).not.toContain(ROOT);
    expect(text).not.toMatch(/timestamp|serialNumber/);
  });
});

/** The bytes of a package as npm installs it, without its own dependencies. */
function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    const place = path.join(folder, name);
    const found = lstatSync(place);
    if (found.isDirectory()) return name === "node_modules" ? sum : sum + sizeOf(place);
    return sum + found.size;
  }, 0);
}

const PAGE = "docs/dependencies.md";
const ROW = /^\| `([^`]+)`\s+\|.*\|\s*([^|]+?)\s*\|$/gm;

describe(PAGE, () => {
  it("has every package with its release, size, license and reason (UPDATE_DOCS=1 writes all but the reason)", () => {
    const page = read(PAGE);
    const reasons = new Map(Array.from(page.matchAll(ROW), ([, name = "", reason = ""]) => [name, reason]));
    const rows = bom.components.map((one) => {
      const name = fullName(one);
      const size = `${Math.ceil(sizeOf(path.join(ROOT, "node_modules", name)) / 1024)} KiB`;
      const [{ value }] = one.properties;
      return [`\`${name}\``, one.version, size, one.licenses[0].license.id, value, reasons.get(name) ?? "?"];
    });
    const cells = [["package", "release", "size", "license", "how", "why"], ...rows];
    const table = alignedTable(cells);
    const wanted = page.replace(/^\| package [\s\S]*?\|$(?!\n\|)/m, () => table);
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(path.join(ROOT, PAGE), wanted);
    expect(wanted).toBe(page);
    expect(rows.filter((row) => row.includes("?"))).toEqual([]);
  });
});
