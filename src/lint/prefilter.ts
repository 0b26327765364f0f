import { INVITE_PREFILTER } from "../invites/providers/registry.js";
import { SUPPRESSION_MARK } from "../invites/rules/finding.js";

/** Text that makes a module worth reading. */
export const LINT_PREFILTER: readonly string[] = [...INVITE_PREFILTER, SUPPRESSION_MARK];
