import { count } from "../base/phrases.js";
import { escapeControls } from "./escape.js";
import type { Report } from "./report.js";
import { shorten } from "./text-width.js";

/** Errors say the whole of it beside the report. */
const LONGEST_REASON = 160;

/**
 * What a run does not know because OpenAI was not asked, or gave no answer; undefined where it knows everything. Every
 * format says so: a report without findings looks like a clean one otherwise.
 */
export function notLookedUp({ mode, invites }: Report): string | undefined {
  if (mode === "static") return undefined;
  if (mode === "offline")
    return "offline: OpenAI was not asked, so statuses are as the state recorded them, or unknown";
  const unknown = invites.filter(({ status }) => status.status === "unknown");
  if (unknown.length === 0) return undefined;
  const [reason = "", ...others] = new Set(unknown.flatMap(({ status }) => status.reason ?? []));
  const [first = ""] = reason.split("\n");
  const why = first === "" ? "" : `: ${shorten(first, LONGEST_REASON, "…")}`;
  const more = others.length === 0 ? "" : `, and ${count(others.length, "other reason")}; tfinvite status shows each`;
  return escapeControls(`status unknown for ${unknown.length} of ${count(invites.length, "invite")}${why}${more}`);
}
