import path from "node:path";
import type { EngineContext } from "../base/engine-context.js";
import { count } from "../base/phrases.js";
import { isUnderWay, type Journaled, listJournals } from "./journal.js";
import { journalFolder } from "./state-folder.js";

/** What of its surroundings finding repairs depends on. */
type Where = Pick<EngineContext, "clock" | "cwd" | "env" | "platform">;

/** The repairs that have ended by now. */
export async function endedRepairs(context: Where): Promise<ReadonlySet<string>> {
  const { journals } = await listJournals(journalFolder(context));
  return new Set(journals.flatMap(({ id, content }) => (content.status === "begun" ? [] : [id])));
}

/** What other repairs do to the state of a root module, or did since `ended` were all that had ended; the latest first. */
export async function otherRepairs(
  directory: string,
  ended: ReadonlySet<string>,
  context: Where,
): Promise<Journaled[]> {
  const place = path.resolve(context.cwd, directory);
  const { journals } = await listJournals(journalFolder(context));
  return journals.filter((journal) => {
    if (journal.content.directory !== place || ended.has(journal.id)) return false;
    return journal.content.status === "done" || isUnderWay(journal, context.clock);
  });
}

/** What a repair does, or has just done, in words. */
export function repairNote({ id, content }: Journaled, directory: string): string {
  const invites = count(content.removed.length, "invite");
  return content.status === "begun"
    ? `another repair of ${directory} is running: ${id} removes ${invites} from the state`
    : `another repair of ${directory} has just ended: ${id} removed ${invites} from the state. To undo it: tfinvite repair --undo ${id}`;
}

/** The repair among these that removed an address. */
export function removerOf(address: string, repairs: readonly Journaled[]): string | undefined {
  return repairs.find(({ content }) => content.removed.some((one) => one.address === address))?.id;
}
