import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgsStringToArgv } from "string-argv";
import { RECORDINGS } from "./recording.js";
import { inNamedScene } from "./scenes.js";

/** `<!-- output: COMMAND (OPTIONS) -->`, then what it prints in a code block, then `<!-- end -->`. */
const OUTPUT = /(<!-- output: tfinvite ([^(\n]+?)(?: \(([^)\n]+)\))? -->\n)[\s\S]*?(<!-- end -->)/g;

/** `<!-- recorded: FILE (lines A-B) -->`: what Terraform printed in a recording. */
const RECORDED = /(<!-- recorded: (\S+) \(lines (\d+)-(\d+)\) -->\n)[\s\S]*?(<!-- end -->)/g;

/** Where commands run unless the document says otherwise. */
const USUAL_SCENE = "openai-openai-1.1.0";

/**
 * A document with each of its outputs as the program prints it now, and each excerpt of a recording as it was recorded.
 *
 * The options of an output, between commas: `in SCENE`; `first N` omits the paragraphs after the Nth, except the last;
 * `rule ID` keeps the first finding of a rule and the summary; `no key` runs without the admin key.
 */
export async function withRealOutputs(document: string): Promise<string> {
  let real = document.replace(RECORDED, (_, start: string, file: string, from: string, to: string, end: string) => {
    const lines = readFileSync(path.join(RECORDINGS, file), "utf8").split("\n");
    const shown = lines.slice(Number(from) - 1, Number(to));
    if (shown.length !== Number(to) - Number(from) + 1) throw new Error(`${file} has no lines ${from} to ${to}`);
    return `${start}\`\`\`text\n${shown.join("\n")}\n\`\`\`\n${end}`;
  });
  for (const [block, start, command = "", given, end] of document.matchAll(OUTPUT)) {
    const options = optionsOf(given);
    let output = "";
    await inNamedScene(options.scene, async ({ run }) => {
      const args = parseArgsStringToArgv(command);
      const { stdout, stderr } = await run(args, options.key ? {} : { env: { OPENAI_ADMIN_KEY: "" } });
      output = [stderr, stdout].filter((text) => text !== "").join("\n");
    });
    const shown = `\`\`\`\n$ tfinvite ${command}\n${abridge(output, options)}\`\`\`\n`;
    real = real.replace(block, () => `${start}${shown}${end}`);
  }
  return real;
}

/** How many outputs and excerpts a document has. */
export function countOutputs(document: string): number {
  return (document.match(OUTPUT)?.length ?? 0) + (document.match(RECORDED)?.length ?? 0);
}

interface Options {
  readonly scene: string;
  readonly first?: number;
  readonly rule?: string;
  readonly key: boolean;
}

function optionsOf(given = ""): Options {
  let options: Options = { scene: USUAL_SCENE, key: true };
  for (const option of given.split(", ").filter((text) => text !== "")) {
    const [, name, value = ""] = /^(in|first|rule|no) (\S+)$/.exec(option) ?? [];
    if (name === "in") options = { ...options, scene: value };
    else if (name === "first") options = { ...options, first: Number(value) };
    else if (name === "rule") options = { ...options, rule: value };
    else if (name === "no" && value === "key") options = { ...options, key: false };
    else throw new Error(`an output has no option ${option}`);
  }
  return options;
}

function abridge(output: string, { first, rule }: Options): string {
  const parts = output.split("\n\n");
  if (rule !== undefined) return oneFinding(parts, rule);
  if (first === undefined) return output;
  return [...parts.slice(0, first), "…", parts.at(-1)].join("\n\n");
}

function oneFinding(parts: readonly string[], rule: string): string {
  const found = parts.find((part) => part.split("\n")[0]?.includes(`[${rule}]`));
  if (found === undefined) throw new Error(`no ${rule} in\n${parts.join("\n\n")}`);
  const summary = parts.findLast((part) => !/^(?:Next:|More:|exit )/.test(part)) ?? "";
  return [found, "…", `${summary}\n`].join("\n\n");
}
