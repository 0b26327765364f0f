import type { TerraformCommand } from "../invites/remedies/remedy.js";
import type { Severity } from "../invites/rules/finding.js";
import type { Shell } from "../terraform/shell/shell-quoting.js";
import type { Shown } from "./status-view.js";

/** Puts a colour, or nothing, around a text. */
export type Paint = (text: string) => string;

/** How text may look: colours, glyphs, and the width that lines should keep to (undefined: no limit). */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
  readonly magenta: Paint;
  /** Makes a text lead to an address when it is clicked on, where the terminal can; else leaves it as it is. */
  link(text: string, address: string): string;
  readonly unicode: boolean;
  readonly width?: number;
}

/** What stands for text that was cut off. */
export function ellipsisOf({ unicode }: Pick<Style, "unicode">): string {
  return unicode ? "…" : "...";
}

const asIs = (text: string): string => text;

/** Without colours, links and a limit to lines. */
export const PLAIN_STYLE: Style = {
  ...{ bold: asIs, dim: asIs, red: asIs, yellow: asIs, cyan: asIs, magenta: asIs, link: asIs },
  unicode: true,
};

/** A command in both its forms: words for running it without a shell, and a line for the user's shell. */
export interface ShownCommand {
  readonly argv: readonly string[];
  readonly text: string;
}

/** What the user asked `status` to show. */
export interface StatusSelection {
  readonly shown: Shown;
  /** Flags by which `repair` selects the same invites. */
  readonly repairFlags: readonly string[];
  /** Folders below which the root modules were found, where those were not named. */
  readonly roots?: readonly string[];
}

/** How the user's Terraform is called. */
export interface CommandContext {
  /** A command for a root module, or undefined where it may not be shown as it is. */
  command(directory: string, command: TerraformCommand): ShownCommand | undefined;
  /** From the root of the repository to where tfinvite was started: `infra/`, or empty. */
  readonly startedIn?: string;
  /** The same, in formats whose paths start at the root, for readers that only know that. */
  readonly checkoutPrefix?: string;
  /** The mildest severity that makes the run fail; absent where none was chosen: an error. */
  readonly failOn?: Severity | "never";
  /** Whether formats for people list what is silenced. */
  readonly showIgnored?: boolean;
  readonly given?: Given;
  /** What the user asked `status` to show. */
  readonly selection?: StatusSelection;
}

/** What the user gave that other commands of ours need as well. */
export interface Given {
  readonly program: Program;
  readonly shell: Shell;
  /** What is to be looked at, where it is not the report's root modules: files and globs. */
  readonly named?: readonly string[];
  /** Whether the root modules are to be found below what is named. */
  readonly recursive?: boolean;
  /** `--var-file`, and `--var` without its value, which may be a secret. */
  readonly variables: readonly string[];
  readonly terraformBin?: string;
  /** Whether email addresses are masked in what is printed. */
  readonly redact?: boolean;
}

/** The words that start tfinvite: `npx tfinvite` where npx did. */
export type Program = readonly string[];

/** Where no Terraform is called, as in `lint`. */
export const NO_COMMANDS: CommandContext = { command: () => undefined };

/** What a text report needs beside the data. */
export interface TextContext extends CommandContext {
  readonly style: Style;
}
