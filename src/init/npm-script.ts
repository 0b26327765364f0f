import { applyEdits, modify } from "jsonc-parser";
import { z } from "zod";
import { VERSION } from "../base/version.js";

export const NPM_SCRIPT = "lint:invites";

const names = z.record(z.string(), z.string()).optional();
const packageJson = z.object({ scripts: names, dependencies: names, devDependencies: names });

/** A `package.json` with a script that lints; undefined where one calls tfinvite already, or it is no `package.json`. */
export function withNpmScript(text: string): string | undefined {
  const read = packageJson.safeParse(parsed(text));
  if (!read.success) return undefined;
  const { scripts = {}, dependencies, devDependencies } = read.data;
  if (
    scripts[NPM_SCRIPT] !== undefined ||
    Object.values(scripts).some((one) => /\btfinvite(?:@\S+)?\s+(?:check|lint)\b/.test(one))
  )
    return undefined;
  const isInstalled = { ...dependencies, ...devDependencies }["tfinvite"] !== undefined;
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  const formattingOptions = {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.startsWith("\t") ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  const script = `${isInstalled ? "" : "npx --yes "}tfinvite${isInstalled ? "" : `@${VERSION}`} lint`;
  return applyEdits(text, modify(text, ["scripts", NPM_SCRIPT], script, { formattingOptions }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
