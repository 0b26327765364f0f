import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identifyProvider } from "../../../src/invites/providers/identify.js";
import { LIVE_RULES } from "../../../src/report/messages/live-rules.js";
import { wordsOf } from "../../../src/report/messages/words.js";
import { casesIn, findInFiles } from "../../support/lint-case.js";
import { ROOT } from "../../support/program.js";

/** A title fits one line of a terminal beside the severity. */
const LONGEST_TITLE = 72;
const EMAIL = "some.person@example.com";

const provider = fc
  .constantFrom("openai/openai", "mkdev-me/openai", "jianyuan/openai", "cloudopsworks/openai", "acme/openai")
  .map((source) => identifyProvider({ resourceType: "openai_invite", source: `registry.terraform.io/${source}` }));

const invite = fc.record({
  email: fc.constantFrom(EMAIL, undefined),
  id: fc.constantFrom("invite-1", undefined),
  provider,
  inState: fc.boolean(),
  inConfig: fc.constantFrom(true, false, null),
  statement: fc.constantFrom({ kind: "destroyed" } as const, undefined),
  deposed: fc.constantFrom("0123abcd", undefined),
  acceptedAt: fc.constantFrom(1_795_000_000, undefined),
  expiresAt: fc.constantFrom(1_795_000_000, undefined),
  isMember: fc.boolean(),
  otherInvites: fc.constantFrom([], ["invite-2"], undefined),
});

const details = fc.record({
  projects: fc.uniqueArray(fc.constantFrom("proj_a", "proj_b"), { minLength: 1 }),
  isUsed: fc.boolean(),
  attribute: fc.constantFrom("id", "invite_id"),
  message: fc.constant("OpenAI API request failed"),
});

const live = fc.tuple(invite, details).map(([one, more]) => ({ ...one, ...more }));

describe("what a live rule says", () => {
  it.each(Object.entries(LIVE_RULES))(
    "has a short title and names neither person, day nor id: %s",
    (_, { message }) => {
      fc.assert(
        fc.property(live, (given) => {
          const { title, detail } = message(given);
          expect(title.length).toBeLessThanOrEqual(LONGEST_TITLE);
          for (const own of [EMAIL, "invite-1", "invite-2", "0123abcd", "2026-"])
            expect(`${title} ${detail}`).not.toContain(own);
        }),
      );
    },
  );
});

it.each(casesIn(path.join(ROOT, "fixtures/rules")))("the titles of %s are short", async (rule) => {
  const folder = path.join(ROOT, "fixtures/rules", rule, "found");
  for (const name of casesIn(folder)) {
    for (const finding of await findInFiles(path.join(folder, name))) {
      expect(wordsOf(finding).title.length, wordsOf(finding).title).toBeLessThanOrEqual(LONGEST_TITLE);
    }
  }
});
