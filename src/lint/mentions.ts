import { INVITE_MENTIONS, SUPPRESSION_MARK } from "../invites/providers/mentions.js";

/** What a module's files mention that is worth reading them for. */
export const LINT_MENTIONS: readonly string[] = [...INVITE_MENTIONS, SUPPRESSION_MARK];
