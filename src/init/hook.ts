import { VERSION } from "../base/version.js";
import { readYaml } from "../terraform/data/yaml-data.js";

const HOOK = [
  "- repo: local",
  "  hooks:",
  "    - id: tfinvite-lint",
  "      name: tfinvite lint",
  "      entry: tfinvite lint",
  "      language: node",
  String.raw`      files: \.(tf|tofu)(\.json)?$|\.tfvars(\.json)?$|^(.*/)?\.tfinvite\.json$`,
  "      pass_filenames: false",
  `      additional_dependencies: ["tfinvite@${VERSION}"]`,
];

/** A `.pre-commit-config.yaml` with our hook behind its last repository; undefined where its list is written in another way. */
export function withHook(text: string): string | undefined {
  const repositories = repositoriesIn(text);
  const last = repositories?.at(-1);
  if (repositories === undefined || last === undefined) return undefined;
  const end = text.slice(0, last.value.end).trimEnd().length;
  const line = text.indexOf("\n", end);
  const at = line === -1 ? text.length : line;
  const indent = text.slice(text.lastIndexOf("\n", last.mark) + 1, last.mark);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const before = text.slice(0, at).replace(/\r$/, "");
  const changed = `${before}${HOOK.map((one) => `${eol}${indent}${one}`).join("")}${line === -1 ? eol : `${eol}${text.slice(at + 1)}`}`;
  return repositoriesIn(changed)?.length === repositories.length + 1 ? changed : undefined;
}

function repositoriesIn(text: string) {
  const read = readYaml(text);
  if (!read.ok || read.node.kind !== "map") return undefined;
  const repositories = read.node.items.find(({ name }) => name === "repos")?.value;
  return repositories?.kind === "list" && repositories.layout === "block" ? repositories.items : undefined;
}
