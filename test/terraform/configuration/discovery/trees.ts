import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import {
  type Discovery,
  type DiscoveryOptions,
  discoverModules,
} from "../../../../src/terraform/configuration/discovery/discover-modules.js";

/** A link in a tree, to a path relative to its folder. */
export interface Link {
  readonly to: string;
}

/** A folder of its own with those files, by path with slashes; gone when the test is over. */
export function makeTree(files: Readonly<Record<string, string | Link>>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "tfinvite-tree-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, contents] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    if (typeof contents === "string") writeFileSync(file, contents);
    else symlinkSync(contents.to, file);
  }
  return folder;
}

export const INVITE = 'resource "acme_invite" "one" {}\n';
export const OTHER = 'resource "other_thing" "one" {}\n';
export const call = (source: string) => `module "m" {\n  source = "${source}"\n}\n`;

export function discover(cwd: string, options: Partial<DiscoveryOptions> = {}): Promise<Discovery> {
  return discoverModules({ targets: ["."], cwd, mention: ["acme_"], tool: "terraform", env: {}, ...options });
}

/** The roots as a list of lines: `dir`, or `dir: file, file` where only files of it are wanted. */
export async function roots(cwd: string, options: Partial<DiscoveryOptions> = {}): Promise<string[]> {
  const { roots: found, problems } = await discover(cwd, options);
  return [
    ...found.map(({ directory, files }) =>
      files === undefined ? directory : `${directory}: ${[...files].join(", ")}`,
    ),
    ...problems.map(({ kind, message }) => `${kind}: ${message}`),
  ];
}
