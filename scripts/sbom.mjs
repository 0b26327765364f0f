// The software bill of materials of the published package: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/
import { readFileSync } from "node:fs";
import path from "node:path";

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** https://github.com/package-url/purl-spec/blob/main/types-doc/npm-definition.md */
const purlOf = (name, version) => `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;

/**
 * What is bundled, by the folders of its packages, and what npm installs beside it. Without a time and a serial number:
 * the same sources give the same package, byte for byte.
 */
export function makeSbom(root, bundledFolders) {
  const { name, version, description, license } = readJson(path.join(root, "package.json"));
  const { packages } = readJson(path.join(root, "package-lock.json"));
  const bundled = [...bundledFolders].map((folder) => ({ folder, how: "bundled" }));
  const installed = Object.entries(packages)
    .filter(([key, { dev, optional }]) => key !== "" && dev !== true && optional !== true)
    .map(([key]) => ({ folder: path.join(root, key), how: "installed" }));
  const components = [...bundled, ...installed]
    .map(({ folder, how }) => componentOf(readJson(path.join(folder, "package.json")), how, packages))
    .sort((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
  const ref = purlOf(name, version);
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: { type: "application", "bom-ref": ref, name, version, description, ...licensed(license), purl: ref },
    },
    components,
    dependencies: [{ ref, dependsOn: components.map((component) => component["bom-ref"]) }],
  };
}

const licensed = (id) => ({ licenses: [{ license: { id } }] });

function componentOf({ name: full, version, license }, how, packages) {
  const purl = purlOf(full, version);
  const [group, name] = full.startsWith("@") ? full.split("/") : [undefined, full];
  const locked = Object.entries(packages).find(
    ([key, entry]) => key.endsWith(`node_modules/${full}`) && entry.version === version,
  );
  if (locked === undefined) throw new Error(`${full} ${version} is not in the lock file`);
  const [, digest] = /^sha512-(\S+)$/.exec(locked[1].integrity) ?? [];
  if (digest === undefined) throw new Error(`${full} ${version} has no SHA-512 in the lock file`);
  const content = Buffer.from(digest, "base64").toString("hex");
  const url = `https://registry.npmjs.org/${full}/-/${name}-${version}.tgz`;
  return {
    type: "library",
    "bom-ref": purl,
    ...(group !== undefined && { group }),
    name,
    version,
    scope: "required",
    ...licensed(license),
    purl,
    externalReferences: [{ type: "distribution", url, hashes: [{ alg: "SHA-512", content }] }],
    properties: [{ name: "tfinvite:included", value: how }],
  };
}
