import { defined } from "../base/defined.js";
import { count } from "../base/phrases.js";
import type { Orphan } from "../invites/remedies/orphans.js";
import { formatAddress } from "../terraform/addresses/address.js";
import { nativeBlock } from "../terraform/edit/new-blocks.js";
import { escapeControls } from "./escape.js";
import { formatDay, statusDetail } from "./messages/status-words.js";
import type { OrphanSearch } from "./report.js";
import type { ShownCommand, TextContext } from "./style.js";

/** How one is brought under management: the block to write, if it is missing, and the command. */
export interface OrphanAdvice {
  readonly block?: string;
  /** Absent where it may not be shown. */
  readonly command?: ShownCommand;
}

/** The way into a state, where a root module is known that can hold it. */
export function orphanAdvice({ home }: Orphan, { command }: Pick<TextContext, "command">): OrphanAdvice {
  if (home === undefined) return {};
  const { directory, block } = home;
  const shown = home.command && command(directory, home.command);
  return { ...(block && { block: nativeBlock(block, "\n") }), ...(shown && { command: shown }) };
}

/** Pending invites that no state holds, each with the way into one, and what was looked at. */
export function formatOrphans(search: OrphanSearch, now: number, context: TextContext): string {
  const lines = search.orphans.flatMap((orphan) => orphanLines(orphan, now, context));
  return [context.style.bold(orphansTitle(search)), ...lines].map((line) => `${line}\n`).join("");
}

/** What was found, and how far that can be relied upon. */
export function orphansTitle({ orphans, listed, unlisted, states }: OrphanSearch): string {
  const some = orphans.length > 0;
  const found = some ? `${count(orphans.length, "pending invite")} at OpenAI` : "no pending invite at OpenAI";
  const is = orphans.length > 1 ? "are" : "is";
  const notes = [
    unlisted === 0 ? `${count(listed, "invite")} listed` : "not all could be listed: there may be more",
    ...(some ? ["a state that was not given may hold them"] : []),
  ];
  return `${found}${stateWords(states, some, is)} (${notes.join("; ")})`;
}

function stateWords(states: number, some: boolean, is: string): string {
  if (states === 0) return "; no state was read";
  const read = states === 1 ? "the state that was read" : `the ${states} states that were read`;
  if (!some) return ` ${is} outside of ${read}`;
  return states === 1 ? ` ${is} not in ${read}` : ` ${is} in none of ${read}`;
}

function orphanLines(orphan: Orphan, now: number, context: TextContext): string[] {
  const { invite, home } = orphan;
  const { block, command } = orphanAdvice(orphan, context);
  const sent = invite.sentAt === undefined ? "" : `sent on ${formatDay(invite.sentAt)}`;
  const expires = statusDetail({ status: "pending", ...defined({ expiresAt: invite.expiresAt }) }, now);
  const facts = [invite.email, invite.role, sent, expires, invite.id].filter((text) => text !== "");
  const way =
    home === undefined
      ? ["import it in a root module whose provider manages this organization"]
      : [
          ...(block === undefined
            ? [`${formatAddress(home.address)} invites this person already: import it there`]
            : []),
          ...(block === undefined ? [] : [`in ${home.directory}:`, ...block.split("\n")]),
          ...(command === undefined ? [] : command.text.split("\n")),
        ];
  return [`  ${facts.map(escapeControls).join("  ")}`, ...way.map((line) => `    ${escapeControls(line)}`.trimEnd())];
}
