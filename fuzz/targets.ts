import { createHash } from "node:crypto";
import { makeRandom, type Random } from "./random.js";
import { DOCUMENT_TARGETS } from "./targets/documents.js";
import { FILE_TARGETS } from "./targets/files.js";
import { POLICY_TARGETS } from "./targets/policy.js";
import type { Target } from "./targets/target.js";
import { WRITER_TARGETS } from "./targets/writers.js";

/** Everything that reads untrusted input, and everything that writes input for other programs. */
export const TARGETS: ReadonlyMap<string, Target> = new Map(
  [...FILE_TARGETS, ...DOCUMENT_TARGETS, ...POLICY_TARGETS, ...WRITER_TARGETS].map((target) => [target.name, target]),
);

/** Runs a target on an input; throws where a check fails. The same input always has the same random choices. */
export async function runTarget({ run }: Target, bytes: Buffer): Promise<void> {
  await run(bytes, choicesFor(bytes));
}

function choicesFor(bytes: Buffer): Random {
  return makeRandom(createHash("sha256").update(bytes).digest().readInt32LE());
}
