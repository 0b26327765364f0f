import { describe, expect, it } from "vitest";
import {
  INVITE_OPERATIONS,
  type InviteOperation,
  outcomeOf,
  type Situation,
} from "../../../src/invites/outcomes/outcome.js";
import { situationsOf } from "../../../src/invites/outcomes/situations.js";
import { verdictOf } from "../../../src/invites/outcomes/verdict.js";
import { DIALECTS, type Dialect, UNKNOWN_DIALECT } from "../../../src/invites/providers/registry.js";
import type { Invitee, StatusReport } from "../../../src/invites/status.js";
import { SITUATIONS, short } from "./outcome-situations.js";

/** The outcomes of an operation, each with the situations that lead to it; together they are all situations. */
type Expected = Readonly<Record<InviteOperation, Readonly<Record<string, string>>>>;

const ANY = Object.keys(SITUATIONS).join(", ");
const MEMBERS = "accepted, joined, pending-member, expired-member, missing-member, not-sent-member, made-up";

const SAME_FOR_ALL = {
  "no-op": { [ANY]: "succeeds, kept" },
  update: { [ANY]: "fails at update (no-update), kept" },
  forget: { [ANY]: "succeeds, gone" },
} as const;

const REFUSED_TO_MEMBERS = {
  create: {
    [MEMBERS]: "fails at create (member), gone",
    "pending, not-sent-invited": "fails at create (invited), gone",
    "departed, expired, missing, not-sent": "succeeds, new, sends",
  },
  "replace-forgetting": {
    [MEMBERS]: "fails at create (member), gone",
    "pending, not-sent-invited": "fails at create (invited), gone",
    "departed, expired, missing, not-sent": "succeeds, new, sends",
  },
  "replace-forgetting-create-first": {
    [MEMBERS]: "fails at create (member), kept",
    "pending, not-sent-invited": "fails at create (invited), kept",
    "departed, expired, missing, not-sent": "succeeds, new, sends",
  },
} as const;

/** Fails when a delete is refused; an invite that is already gone counts as deleted. */
const PASSES_REFUSALS_ON: Expected = {
  ...SAME_FOR_ALL,
  ...REFUSED_TO_MEMBERS,
  delete: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "pending, pending-member, expired, expired-member, missing, missing-member, not-sent, not-sent-member, not-sent-invited":
      "succeeds, gone",
  },
  replace: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "pending-member, expired-member, missing-member, not-sent-member": "fails at create (member), gone",
    "not-sent-invited": "fails at create (invited), gone",
    "pending, expired, missing, not-sent": "succeeds, new, sends",
  },
  "replace-create-first": {
    [MEMBERS]: "fails at create (member), kept",
    departed: "fails at delete (accepted), new-and-deposed, sends",
    "pending, not-sent-invited": "fails at create (invited), kept",
    "expired, missing, not-sent": "succeeds, new, sends",
  },
};

/** The same, but deleting an invite that is already gone fails, too. */
const FAILS_ON_MISSING: Expected = {
  ...SAME_FOR_ALL,
  ...REFUSED_TO_MEMBERS,
  delete: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "missing, missing-member": "fails at delete (missing), kept",
    "pending, pending-member, expired, expired-member, not-sent, not-sent-member, not-sent-invited": "succeeds, gone",
  },
  replace: {
    "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
    "missing, missing-member": "fails at delete (missing), kept",
    "pending-member, expired-member, not-sent-member": "fails at create (member), gone",
    "not-sent-invited": "fails at create (invited), gone",
    "pending, expired, not-sent": "succeeds, new, sends",
  },
  "replace-create-first": {
    [MEMBERS]: "fails at create (member), kept",
    departed: "fails at delete (accepted), new-and-deposed, sends",
    "pending, not-sent-invited": "fails at create (invited), kept",
    missing: "fails at delete (missing), new-and-deposed, sends",
    "expired, not-sent": "succeeds, new, sends",
  },
};

/** By the dialect's id: without one of the rows, this file does not compile. */
const EXPECTED: Readonly<Record<Dialect["id"], Expected>> = {
  openai: PASSES_REFUSALS_ON,
  "mkdev-me-1": FAILS_ON_MISSING,
  "mkdev-me-2": {
    ...SAME_FOR_ALL,
    ...REFUSED_TO_MEMBERS,
    delete: {
      "accepted, joined, departed, made-up": "in-name-only at delete (accepted), gone",
      "pending, pending-member, expired, expired-member, missing, missing-member, not-sent, not-sent-member, not-sent-invited":
        "succeeds, gone",
    },
    replace: {
      [MEMBERS]: "fails at create (member), gone",
      "not-sent-invited": "fails at create (invited), gone",
      departed: "in-name-only at delete (accepted), new, sends",
      "pending, expired, missing, not-sent": "succeeds, new, sends",
    },
    "replace-create-first": {
      [MEMBERS]: "fails at create (member), kept",
      departed: "in-name-only at delete (accepted), new, sends",
      "pending, not-sent-invited": "fails at create (invited), kept",
      "expired, missing, not-sent": "succeeds, new, sends",
    },
  },
  "jianyuan-0.3": {
    ...SAME_FOR_ALL,
    create: {
      [MEMBERS]: "fails at create (member), gone",
      "pending, not-sent-invited": "fails at create (invited), gone",
      "departed, expired, missing, not-sent": "fails at create (sent-but-refused-by-provider), gone, sends",
    },
    "replace-forgetting": {
      [MEMBERS]: "fails at create (member), gone",
      "pending, not-sent-invited": "fails at create (invited), gone",
      "departed, expired, missing, not-sent": "fails at create (sent-but-refused-by-provider), gone, sends",
    },
    "replace-forgetting-create-first": {
      [MEMBERS]: "fails at create (member), kept",
      "pending, not-sent-invited": "fails at create (invited), kept",
      "departed, expired, missing, not-sent": "fails at create (sent-but-refused-by-provider), kept, sends",
    },
    delete: FAILS_ON_MISSING.delete,
    replace: {
      "accepted, joined, departed, made-up": "fails at delete (accepted), kept",
      "missing, missing-member": "fails at delete (missing), kept",
      "pending-member, expired-member, not-sent-member": "fails at create (member), gone",
      "not-sent-invited": "fails at create (invited), gone",
      "pending, expired, not-sent": "fails at create (sent-but-refused-by-provider), gone, sends",
    },
    "replace-create-first": {
      [MEMBERS]: "fails at create (member), kept",
      "pending, not-sent-invited": "fails at create (invited), kept",
      "departed, expired, missing, not-sent": "fails at create (sent-but-refused-by-provider), kept, sends",
    },
  },
  "jianyuan-0.4": PASSES_REFUSALS_ON,
  "jianyuan-0.7": PASSES_REFUSALS_ON,
  fjcorp: {
    ...SAME_FOR_ALL,
    create: {
      [MEMBERS]: "succeeds, new",
      "pending, not-sent-invited": "fails at create (invited), gone",
      "departed, expired, missing, not-sent": "succeeds, new, sends",
    },
    "replace-forgetting": {
      [MEMBERS]: "succeeds, new",
      "pending, not-sent-invited": "fails at create (invited), gone",
      "departed, expired, missing, not-sent": "succeeds, new, sends",
    },
    "replace-forgetting-create-first": {
      [MEMBERS]: "succeeds, new",
      "pending, not-sent-invited": "fails at create (invited), kept",
      "departed, expired, missing, not-sent": "succeeds, new, sends",
    },
    delete: {
      "accepted, joined, departed": "fails at delete (accepted), kept",
      "missing, missing-member": "fails at delete (missing), kept",
      "made-up, pending, pending-member, expired, expired-member, not-sent, not-sent-member, not-sent-invited":
        "succeeds, gone",
    },
    replace: {
      "accepted, joined, departed": "fails at delete (accepted), kept",
      "missing, missing-member": "fails at delete (missing), kept",
      "pending-member, expired-member, not-sent-member, made-up": "succeeds, new",
      "not-sent-invited": "fails at create (invited), gone",
      "pending, expired, not-sent": "succeeds, new, sends",
    },
    "replace-create-first": {
      "accepted, joined": "fails at delete (accepted), new-and-deposed",
      departed: "fails at delete (accepted), new-and-deposed, sends",
      "pending, not-sent-invited": "fails at create (invited), kept",
      "missing-member": "fails at delete (missing), new-and-deposed",
      missing: "fails at delete (missing), new-and-deposed, sends",
      "pending-member, expired-member, not-sent-member, made-up": "succeeds, new",
      "expired, not-sent": "succeeds, new, sends",
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
    "replace-forgetting-create-first": { [ANY]: "unknown (provider), unknown" },
  },
};

describe.each([...DIALECTS, UNKNOWN_DIALECT])("$id", (row) => {
  it.each(INVITE_OPERATIONS)("%s", (operation) => {
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

describe("a replacement that invites another person", () => {
  const nobody = { member: false, invitedElsewhere: false };
  const becomes = (operation: InviteOperation, id: Dialect["id"], name: string, invitee: Situation["invitee"]) => {
    const row = DIALECTS.find((dialect) => dialect.id === id) ?? UNKNOWN_DIALECT;
    const situation = SITUATIONS[name];
    if (situation === undefined || invitee === undefined) throw new Error(`there is no situation ${name}`);
    return short(outcomeOf(operation, row, { ...situation, invitee }));
  };

  it.each([
    ["replace", "openai", "accepted", "fails at delete (accepted), kept"],
    ["replace", "openai", "expired-member", "succeeds, new, sends"],
    ["replace", "mkdev-me-2", "accepted", "in-name-only at delete (accepted), new, sends"],
    ["replace-create-first", "openai", "accepted", "fails at delete (accepted), new-and-deposed, sends"],
    ["replace-create-first", "openai", "pending", "succeeds, new, sends"],
    ["replace-create-first", "mkdev-me-2", "joined", "in-name-only at delete (accepted), new, sends"],
    ["replace-forgetting", "openai", "accepted", "succeeds, new, sends"],
    ["replace-forgetting-create-first", "openai", "accepted", "succeeds, new, sends"],
  ] as const)("%s with %s of an invite that is %s, for a new person: %s", (operation, id, name, outcome) => {
    expect(becomes(operation, id, name, nobody)).toBe(outcome);
  });

  it.each([
    ["replace", "a member", { ...nobody, member: true }, "fails at create (member), gone"],
    ["replace", "invited", { ...nobody, invitedElsewhere: true }, "fails at create (invited), gone"],
    ["replace-create-first", "a member", { ...nobody, member: true }, "fails at create (member), kept"],
    ["replace-create-first", "invited", { ...nobody, invitedElsewhere: true }, "fails at create (invited), kept"],
    ["replace-forgetting", "a member", { ...nobody, member: true }, "fails at create (member), gone"],
    ["replace-forgetting-create-first", "a member", { ...nobody, member: true }, "fails at create (member), kept"],
  ] as const)("%s, for a person who is %s: %s", (operation, _, invitee, outcome) => {
    expect(becomes(operation, "openai", "pending", invitee)).toBe(outcome);
  });

  it("depends on a look-up when the person is not known", () => {
    const report = { status: "pending", isMember: false } as const;
    const [row] = DIALECTS.filter(({ id }) => id === "openai");
    const candidates = row === undefined ? [] : [row];
    expect(verdictOf("replace", { candidates }, situationsOf(report, undefined, {}))).toEqual({
      kind: "needs-look-up",
    });
    const verdict = (given: StatusReport, invitee: Invitee) =>
      verdictOf("replace", { candidates }, situationsOf(given, undefined, invitee));
    expect(verdict(report, { isMember: false })).toEqual({ kind: "needs-look-up" });
    expect(verdict(report, { isMember: false, otherInvites: [] })).toMatchObject({
      kind: "certain",
      outcome: { result: "succeeds" },
    });
  });
});

describe("situations of a pending invite", () => {
  const situations = (more: Partial<StatusReport>) =>
    situationsOf({ status: "pending", otherInvites: [], ...more }, undefined).map(({ status, member }) => [
      status,
      member,
    ]);

  it("depend on what is known of its person", () => {
    expect(situations({ isMember: false })).toEqual([["pending", false]]);
    expect(situations({ isMember: true })).toEqual([["pending", true]]);
    expect(situations({ isMember: true, mayHaveJoined: true })).toEqual([
      ["pending", true],
      ["joined", true],
    ]);
  });
});

describe("projects that the plan leaves to the provider", () => {
  const sent = { "not-sent": "gone", expired: "gone" } as const;

  it.each(DIALECTS)("prevent $id from sending an invite only when it cannot fill them in", (row) => {
    const cannot = row.omittedProjects === "fails";
    for (const [name, stateAfter] of Object.entries(sent)) {
      const situation = SITUATIONS[name];
      if (situation === undefined) throw new Error(`there is no situation ${name}`);
      const open = outcomeOf("create", row, { ...situation, projectsLeftOpen: true });
      expect(short(open)).toBe(
        cannot ? `fails at create (projects-left-open), ${stateAfter}` : short(outcomeOf("create", row, situation)),
      );
    }
  });

  it.each([
    ["replace", "pending", "fails at create (projects-left-open), gone"],
    ["replace", "accepted", "fails at delete (accepted), kept"],
    ["replace-create-first", "pending", "fails at create (projects-left-open), kept"],
    ["delete", "pending", "succeeds, gone"],
  ] as const)("with cloudopsworks, %s of an invite that is %s: %s", (operation, name, outcome) => {
    const row = DIALECTS.find(({ id }) => id === "cloudopsworks") ?? UNKNOWN_DIALECT;
    const situation = SITUATIONS[name];
    if (situation === undefined) throw new Error(`there is no situation ${name}`);
    expect(short(outcomeOf(operation, row, { ...situation, projectsLeftOpen: true }))).toBe(outcome);
  });
});

describe("a refusal whose wording decides", () => {
  const accepted = situationsOf({ status: "accepted", isMember: true }, undefined);
  const verdict = (operation: InviteOperation, ...ids: readonly Dialect["id"][]) =>
    verdictOf(operation, { candidates: DIALECTS.filter(({ id }) => ids.includes(id)) }, accepted);

  it.each(DIALECTS)(
    "has a certain outcome of destroying an accepted invite with $id, or one for each wording",
    ({ id, ...row }) => {
      expect(verdict("delete", id).kind).toBe(row.destroyAcceptedUnless === undefined ? "certain" : "by-wording");
    },
  );

  it("has an outcome for each wording, together with those of other versions", () => {
    const text = "already accepted";
    const said = (given: ReturnType<typeof verdict>) =>
      "outcomes" in given
        ? given.outcomes.map(({ dialects, outcome, wording }) => [
            dialects.map(({ id }) => id),
            short(outcome),
            wording,
          ])
        : [];
    const fails = "fails at delete (accepted), kept";
    const silent = "in-name-only at delete (accepted), gone";
    expect(said(verdict("delete", "mkdev-me-1"))).toEqual([
      [[], fails, { text, contained: false }],
      [[], silent, { text, contained: true }],
    ]);
    expect(said(verdict("delete", "mkdev-me-1", "mkdev-me-2"))).toEqual([
      [["mkdev-me-1"], fails, { text, contained: false }],
      [["mkdev-me-1"], silent, { text, contained: true }],
      [["mkdev-me-2"], silent, undefined],
    ]);
    expect(said(verdict("replace", "mkdev-me-1"))).toEqual([
      [[], fails, { text, contained: false }],
      [[], "fails at create (member), gone", { text, contained: true }],
    ]);
  });

  it("decides nothing about what was never accepted", () => {
    const pending = situationsOf({ status: "pending", isMember: false, otherInvites: [] }, undefined);
    const candidates = DIALECTS.filter(({ id }) => id === "mkdev-me-1");
    expect(verdictOf("delete", { candidates }, pending).kind).toBe("certain");
  });
});
