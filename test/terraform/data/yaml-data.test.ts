import { expect, it } from "vitest";
import type { DataNode } from "../../../src/terraform/data/data-node.js";
import { readYaml } from "../../../src/terraform/data/yaml-data.js";
import { YAML } from "../configuration/evaluation/file-cases.js";

function plain(node: DataNode): unknown {
  switch (node.kind) {
    case "null":
      return null;
    case "bool":
      return node.value;
    case "string":
      return node.text.normalize("NFC");
    case "number":
      return Number(node.text) + 0;
    case "list":
      return node.items.map(({ value }) => plain(value));
    case "map":
      return Object.fromEntries(node.items.map(({ name, value }) => [name, plain(value)]));
  }
}

it.each(YAML)("reads $text as Terraform does, or not", ({ text, fails, value }) => {
  const read = readYaml(text);
  if (read.ok) expect({ value: plain(read.node) }).toEqual(fails ? "fails" : { value });
  else if (read.failed) expect(fails).toBe(true);
});
