import { describe, expect, it } from "vitest";
import { DIALECTS, type Dialect, UNKNOWN_DIALECT } from "../../src/invites/dialects.js";
import { OPERATIONS, type Operation, outcomeOf } from "../../src/invites/outcomes/outcome.js";
import { SITUATIONS, short } from "./outcome-situations.js";

/** What becomes of an operation: each outcome behind the situations that lead to it, which together are all of them. */
type Expected = Readonly<Record<Operation, Readonly<Record<string, string>>>>;

const ANY = Object.keys(SITUATIONS).join(", ");
const MEMBERS = "accepted, joined, expired-member, missing-member, unsent-member, made-up";

const SAME_FOR_ALL = {
  "no-op": { [ANY]: "succeeds, kept" },
  update: { [ANY]: "fails at update (no-update), kept" },
  forget: { [ANY]: "succeeds, gone" },
} as const;

const REFUSED_TO_MEMBERS = {
  create: {
    [MEMBERS]: "fails at create (member), gone",
    "pending, unsent-invited": "fails at create (invited), gone",
    "departed, expired, missing, unsent": "succeeds, new, mails",
  },
  "replace-forgetting": {
    [MEMBERS]: "fails at create (member), kept",
    "pending, unsent-invited": "fails at create (invited), kept",
    "departed, expired, missing, unsent": "succeeds, new, mails",
  },
} as const;

/** Passes a refused delete on; what is gone already counts as deleted. */
const PASSES_REFUSALS_ON: Expected = {
  ...SAME_FOR_ALL,
  ...REFUSED_TO_MEMBERS,
  delete: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "pending, expired, expired-member, missing, missing-member, unsent, unsent-member, unsent-invited":
      "succeeds, gone",
  },
  replace: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "expired-member, missing-member, unsent-member": "fails at create (member), gone",
    "unsent-invited": "fails at create (invited), gone",
    "pending, expired, missing, unsent": "succeeds, new, mails",
  },
  "replace-create-first": {
    [MEMBERS]: "fails at create (member), kept",
    departed: "fails at delete (accepted), new-and-deposed, mails",
    "pending, unsent-invited": "fails at create (invited), kept",
    "expired, missing, unsent": "succeeds, new, mails",
  },
};

/** The same, but a delete of what is gone already fails, too. */
const FAILS_ON_MISSING: Expected = {
  ...SAME_FOR_ALL,
  ...REFUSED_TO_MEMBERS,
  delete: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "missing, missing-member": "fails at delete (missing), kept",
    "pending, expired, expired-member, unsent, unsent-member, unsent-invited": "succeeds, gone",
  },
  replace: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "missing, missing-member": "fails at delete (missing), kept",
    "expired-member, unsent-member": "fails at create (member), gone",
    "unsent-invited": "fails at create (invited), gone",
    "pending, expired, unsent": "succeeds, new, mails",
  },
  "replace-create-first": {
    [MEMBERS]: "fails at create (member), kept",
    departed: "fails at delete (accepted), new-and-deposed, mails",
    "pending, unsent-invited": "fails at create (invited), kept",
    missing: "fails at delete (missing), new-and-deposed, mails",
    "expired, unsent": "succeeds, new, mails",
  },
};

/** By the dialect's id: a row that is missing here does not compile. */
const EXPECTED: Readonly<Record<Dialect["id"], Expected>> = {
  openai: PASSES_REFUSALS_ON,
  "mkdev-me-1": FAILS_ON_MISSING,
  "mkdev-me-2": {
    ...SAME_FOR_ALL,
    ...REFUSED_TO_MEMBERS,
    delete: {
      "accepted, joined, departed, made-up": "in-name-only at delete (accepted), gone",
      "pending, expired, expired-member, missing, missing-member, unsent, unsent-member, unsent-invited":
        "succeeds, gone",
    },
    replace: {
      [MEMBERS]: "fails at create (member), gone",
      "unsent-invited": "fails at create (invited), gone",
      "departed, pending, expired, missing, unsent": "succeeds, new, mails",
    },
    "replace-create-first": {
      [MEMBERS]: "fails at create (member), kept",
      departed: "in-name-only at delete (accepted), new, mails",
      "pending, unsent-invited": "fails at create (invited), kept",
      "expired, missing, unsent": "succeeds, new, mails",
    },
  },
  "jianyuan-0.3": {
    ...SAME_FOR_ALL,
    create: {
      [MEMBERS]: "fails at create (member), gone",
      "pending, unsent-invited": "fails at create (invited), gone",
      "departed, expired, missing, unsent": "fails at create (sent-but-refused-by-provider), gone, mails",
    },
    "replace-forgetting": {
      [MEMBERS]: "fails at create (member), kept",
      "pending, unsent-invited": "fails at create (invited), kept",
      "departed, expired, missing, unsent": "fails at create (sent-but-refused-by-provider), kept, mails",
    },
    delete: FAILS_ON_MISSING.delete,
    replace: {
      "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
      "missing, missing-member": "fails at delete (missing), kept",
      "expired-member, unsent-member": "fails at create (member), gone",
      "unsent-invited": "fails at create (invited), gone",
      "pending, expired, unsent": "fails at create (sent-but-refused-by-provider), gone, mails",
    },
    "replace-create-first": {
      [MEMBERS]: "fails at create (member), kept",
      "pending, unsent-invited": "fails at create (invited), kept",
      "departed, expired, missing, unsent": "fails at create (sent-but-refused-by-provider), kept, mails",
    },
  },
  "jianyuan-0.4": PASSES_REFUSALS_ON,
  "jianyuan-0.7": PASSES_REFUSALS_ON,
  fjcorp: {
    ...SAME_FOR_ALL,
    create: {
      [MEMBERS]: "succeeds, new",
      "pending, unsent-invited": "fails at create (invited), gone",
      "departed, expired, missing, unsent": "succeeds, new, mails",
    },
    "replace-forgetting": {
      [MEMBERS]: "succeeds, new",
      "pending, unsent-invited": "fails at create (invited), kept",
      "departed, expired, missing, unsent": "succeeds, new, mails",
    },
    delete: {
      "accepted, joined, departed": "fails at delete (accepted), kept",
      "missing, missing-member": "fails at delete (missing), kept",
      "made-up, pending, expired, expired-member, unsent, unsent-member, unsent-invited": "succeeds, gone",
    },
    replace: {
      "accepted, joined, departed": "fails at delete (accepted), kept",
      "missing, missing-member": "fails at delete (missing), kept",
      "expired-member, unsent-member, made-up": "succeeds, new",
      "unsent-invited": "fails at create (invited), gone",
      "pending, expired, unsent": "succeeds, new, mails",
    },
    "replace-create-first": {
      "accepted, joined": "fails at delete (accepted), new-and-deposed",
      departed: "fails at delete (accepted), new-and-deposed, mails",
      "pending, unsent-invited": "fails at create (invited), kept",
      "missing-member": "fails at delete (missing), new-and-deposed",
      missing: "fails at delete (missing), new-and-deposed, mails",
      "expired-member, unsent-member, made-up": "succeeds, new",
      "expired, unsent": "succeeds, new, mails",
    },
  },
  cloudopsworks: PASSES_REFUSALS_ON,
  isac322: PASSES_REFUSALS_ON,
  unknown: {
    "no-op": SAME_FOR_ALL["no-op"],
    forget: SAME_FOR_ALL.forget,
    create: { [ANY]: "unknown (provider), unknown" },
    update: { [ANY]: "unknown (provider), unknown" },
    delete: { [ANY]: "unknown (provider), unknown" },
    replace: { [ANY]: "unknown (provider), unknown" },
    "replace-create-first": { [ANY]: "unknown (provider), unknown" },
    "replace-forgetting": { [ANY]: "unknown (provider), unknown" },
  },
};

describe.each([...DIALECTS, UNKNOWN_DIALECT])("$id", (row) => {
  it.each(OPERATIONS)("%s", (operation) => {
    const expected = Object.entries(EXPECTED[row.id][operation]).flatMap(([situations, outcome]) =>
      situations.split(", ").map((situation) => [situation, outcome] as const),
    );
    expect(expected.map(([situation]) => situation).sort()).toEqual(Object.keys(SITUATIONS).sort());
    for (const [situation, outcome] of expected) {
      const known = SITUATIONS[situation];
      expect(known, situation).toBeDefined();
      if (known !== undefined)
        expect(`${situation}: ${short(outcomeOf(operation, row, known))}`).toBe(`${situation}: ${outcome}`);
    }
  });
});
