import type { Configuration, ConfiguredResource } from "../terraform/configuration/configuration.js";
import { isLikeInvite } from "./providers/registry.js";

/** Resources that look like invites of a provider that is not known. */
export function otherInvites({ related }: Configuration): ConfiguredResource[] {
  return related.filter(({ mode, type }) => mode === "managed" && isLikeInvite(type));
}
