/** What a file of a configuration that matters here must mention. Looked for as text, before anything is parsed. */
export const INVITE_MENTIONS = ["openai_", "openaiadmin_"] as const;

/** What every suppression comment has in it. */
export const SUPPRESSION_MARK = "tfinvite-ignore";
