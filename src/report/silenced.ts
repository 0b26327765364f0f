import type { SilencedFinding } from "../invites/rules/finding.js";
import { type Paths, shownFile, shownPlace } from "./checkout.js";
import { escapeControls } from "./escape.js";
import { findingMessage } from "./finding-text.js";

/** `main.tf:4: openai_invite.kim: … [rule], silenced by the comment at main.tf:3 until 2027-01-31: reason`. */
export function silencedLine(silenced: SilencedFinding, paths: Paths): string {
  const { finding, comment, until, baseline, reason } = silenced;
  const { range, directory, rule } = finding;
  const place = range === undefined ? shownFile(directory, paths) : shownPlace(range, paths);
  const by = comment === undefined ? `the baseline ${baseline ?? ""}` : `the comment at ${shownPlace(comment, paths)}`;
  const words = `${by.trim()}${until === undefined ? "" : ` until ${until}`}${reason === undefined ? "" : `: ${reason}`}`;
  return `${escapeControls(place)}: ${findingMessage(finding)} [${rule}], silenced by ${escapeControls(words)}`;
}
