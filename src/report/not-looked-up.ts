import { count } from "../base/phrases.js";
import { escapeControls } from "./escape.js";
import type { Report } from "./report.js";

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
  const reasons = [...new Set(unknown.flatMap(({ status }) => status.reason ?? []))];
  const [reason = "", ...others] = reasons;
  const why = reason === "" ? "" : others.length === 0 ? `: ${reason}` : `, for ${reasons.length} reasons`;
  return escapeControls(
    `not looked up: the status of ${unknown.length} of ${count(invites.length, "invite")} is unknown${why}`,
  );
}
