import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import type { DataNode } from "../../../src/terraform/data/data-node.js";
import { readYaml } from "../../../src/terraform/data/yaml-data.js";

const recording = z.object({
  documents: z.array(z.object({ text: z.string(), fails: z.boolean().optional(), value: z.unknown().optional() })),
});

/** What `yamldecode` of the real Terraform made of each text, in fixtures/data-files. */
const { documents } = recording.parse(JSON.parse(readFileSync("fixtures/data-files/yaml.json", "utf8")));

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

it.each(documents)("reads $text as Terraform does, or not", ({ text, fails, value }) => {
  const read = readYaml(text);
  if (read.ok) expect({ value: plain(read.node) }).toEqual(fails ? "fails" : { value });
  else if (read.failed) expect(fails).toBe(true);
});
