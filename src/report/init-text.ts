import { count, listOf } from "../base/phrases.js";
import { escapeControls } from "./escape.js";
import type { NextStep } from "./next-steps.js";
import { nextLines } from "./next-text.js";
import type { Style } from "./style.js";
import { firstOf, formatSection } from "./table.js";
import { wrap } from "./text-width.js";

/** A root module in the overview. */
interface ShownRoot {
  readonly directory: string;
  readonly invites: number;
  readonly providers: readonly string[];
  readonly backend?: string;
  readonly hasState: boolean;
}

/** What `init` has found and would write. */
export interface ShownInit {
  readonly roots: readonly ShownRoot[];
  /** `GitHub Actions (.github/workflows)`, by what it is: `CI`. */
  readonly found: readonly (readonly [name: string, what: string])[];
  readonly files: readonly { readonly name: string; readonly purpose: string; readonly before?: string }[];
  readonly present: readonly string[];
}

const MOST_ROOTS = 10;

/** The overview: what is there, and what would be written. */
export function formatInit({ roots, found, files, present }: ShownInit, style: Style): string {
  const rows = roots.map(({ directory, invites, providers, backend, hasState }) => [
    directory,
    invites === 0 ? "in the state only" : count(invites, "invite"),
    listOf(providers),
    backend === undefined ? (hasState ? "local state" : "no state") : `state in ${backend}`,
  ]);
  const shown = firstOf(rows, MOST_ROOTS, (more) => [`and ${more} more`, "", "", ""]);
  return [
    formatSection("Root modules with OpenAI invites", shown, style),
    formatSection("Also found", found, style),
    formatSection(
      "Files to write",
      files.map(({ name, before, purpose }) => [before === undefined ? "new" : "edit", name, purpose]),
      style,
    ),
    present.length === 0 ? "" : `${sentence(`Already set up: ${listOf(present)}.`, style)}\n`,
  ].join("");
}

/** What people still have to do: sentences, then commands. */
export function formatLeftToDo(byHand: readonly string[], steps: readonly NextStep[], style: Style): string {
  const notes = byHand.map((one) => sentence(one, style)).join("");
  const next = nextLines(steps, style);
  return `${notes}${notes !== "" && next.length > 0 ? "\n" : ""}${next.map((line) => `${line}\n`).join("")}`;
}

function sentence(text: string, style: Style): string {
  return `${wrap(escapeControls(text), style.width).join("\n")}\n`;
}
