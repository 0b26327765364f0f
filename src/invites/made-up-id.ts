import type { InviteObject } from "./inventory.js";

/**
 * Ids that a forerunner of mkdev-me/openai made up for people who were members already; the API has never heard of them
 * (https://github.com/mkdev-me/terraform-provider-openai/pull/1).
 */
const MADE_UP_ID = /^existing-user-/;

/** Whether the object's id was never an invite's. */
export function isMadeUp({ id }: Pick<InviteObject, "id">): boolean {
  return id !== undefined && MADE_UP_ID.test(id);
}
