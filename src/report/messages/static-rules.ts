import type { ProviderIdentity } from "../../invites/providers/identify.js";
import type { KnownDialect } from "../../invites/providers/registry.js";
import type { FindingArguments } from "../../invites/rules/finding.js";
import { fileAndLine } from "../../terraform/source-range.js";
import type { FindingWords, RuleMessages } from "./words.js";

/** Rules about files alone, and about comments and baselines. */
export const STATIC_RULES: RuleMessages<"static"> = {
  "project-scoped-invite": {
    summary: "project access granted through an invite",
    message: ({ provider }) => ({
      title: "project access is granted through the invite",
      detail: projectsDetail(provider),
    }),
  },
  "invite-as-user": {
    summary: "an invite ID where a user ID is expected",
    message: ({ argument, invite = "this" }) => ({
      title: "an invite ID is used where a user ID is expected",
      detail: `${argument} takes a user ID, and ${invite} is the ID of an invite, so OpenAI rejects it and the apply fails; the person has a user ID only after accepting`,
    }),
  },
  "duplicate-invite": {
    summary: "one person invited twice",
    message: ({ email, other: { address, range } }) => ({
      title: "the same person is invited twice",
      detail: `${address}${range === undefined ? "" : ` (${fileAndLine(range)})`} also invites ${email}; OpenAI refuses to invite a member, and is reported to refuse a second invite while the first is pending`,
    }),
  },
  "invalid-role": {
    summary: "a role that OpenAI does not accept",
    message: ({ role = "", hidden = `"${role}"`, of, allowed }) => ({
      title: `${hidden} is not a valid ${of === "invite" ? "organization" : "project"} role`,
      detail: `OpenAI accepts only ${allowed.map((one) => `"${one}"`).join(" or ")}, exactly as written, and rejects the invite otherwise`,
    }),
  },
  "mixed-case-email": {
    summary: "an email address with capital letters",
    message: ({ provider }) => ({ title: "the email address has capital letters", detail: foldedDetail(provider) }),
  },
  "hardcoded-admin-key": {
    summary: "an API key written into the configuration",
    message: ({ holder, argument }) => ({
      title: "an API key is written into the configuration",
      detail: `anyone who can read these files, their history or a plan can use the key in ${argument === undefined || holder === `local.${argument}` ? holder : `${argument} of ${holder}`}; revoke it, and pass a new one in the environment variable OPENAI_ADMIN_KEY`,
    }),
  },
  "unsupported-argument": {
    summary: "an argument that the provider does not have",
    message: ({ provider, name, syntax, of, computed, instead }) => {
      if (computed) {
        return {
          title: `"${name}" is read-only`,
          detail: `${provider.label} sets it from OpenAI's answer, so the plan fails where ${of} sets it; delete it`,
        };
      }
      const place = of === "provider" ? "its provider block" : of;
      return {
        title: `${provider.label} doesn't support this ${syntax}`,
        detail: `${place} has no ${syntax} "${name}", so the plan fails; ${instead === undefined ? "delete it" : `write ${instead}`}`,
      };
    },
  },
  "data-reads-own-invite": {
    summary: "a data source that reads an invite of the same configuration",
    message: ({ data, invite }) => ({
      title: "a data source reads an invite that the same configuration manages",
      detail: `${data} shows the status from when the invite was sent, usually "pending", and breaks when ${invite} is removed after acceptance`,
    }),
  },
  "waits-for-acceptance": {
    summary: "an argument that needs a member and gets an invited person",
    message: (given) => ({
      title: "this needs a member, but the person is only invited",
      detail: waitsDetail(given),
    }),
  },
  "removed-without-keep": {
    summary: "a removed block that deletes invites",
    message: ({ from, destroy }) => ({
      title: "this removed block deletes invites instead of forgetting them",
      detail: `${destroy === "true" ? "destroy = true deletes" : "without destroy = false, Terraform deletes"} the invites of ${from}, which OpenAI refuses once they are accepted`,
    }),
  },
  "invalid-forget-block": {
    summary: "a moved or removed block that makes every plan fail",
    message: (given) => INVALID_BLOCK[given.fault](given, given.tool === "tofu" ? "OpenTofu" : "Terraform"),
  },
  "leftover-forget-block": {
    summary: "a moved or removed block that is no longer needed",
    message: ({ block, from }) => ({
      title: `this ${block} block is no longer needed`,
      detail: `the state has nothing left at ${from}; when you invite the same person again, this block makes the plan fail`,
    }),
  },
  "silent-destroy-provider": {
    summary: "a provider that reports every destroy as successful",
    message: ({ provider }) => ({
      title: "this provider reports every destroy of an invite as successful",
      detail: `${versionedName(provider)} ignores OpenAI's answer, so an invite whose deletion was refused leaves the state and still exists at OpenAI; run tfinvite status before you destroy one, or use openai/openai, which reports refusals`,
    }),
  },
  "sends-then-fails": {
    summary: "a provider that sends an invite and then fails",
    message: ({ provider }) => ({
      title: "this provider sends an invite and then reports an error",
      detail: `${versionedName(provider)} treats OpenAI's answer as a failure: the invitation is sent, the apply fails, and the invite is not in the state; upgrade, then import what was sent (tfinvite status --orphans lists it)`,
    }),
  },
  "missing-destroy-guard": {
    summary: "an invite without lifecycle { destroy = false }",
    message: ({ tool, since }) => ({
      title: "nothing protects this invite from being destroyed",
      detail: `${tool === "tofu" ? "OpenTofu" : "Terraform"} ${since} and later has lifecycle { destroy = false }, which forgets an invite that you remove from the configuration instead of deleting it`,
    }),
  },
  "unknown-provider": {
    summary: "a provider that tfinvite does not know",
    message: ({ why, provider, type }) => {
      const { title, detail } = UNKNOWN_PROVIDER[why](provider, type);
      return { title, detail: `${detail}, so only rules that hold for every provider run` };
    },
  },
  "unknown-invite-type": {
    summary: "a resource that looks like an OpenAI invite, of an unknown type",
    message: ({ type, provider }) => ({
      title: "this looks like an OpenAI invite, but its type is unknown",
      detail: `tfinvite knows no provider with ${type} (here: ${provider}), so it looks up no status and runs no rule for it`,
    }),
  },
  "unused-suppression": {
    summary: "a suppression comment without effect",
    message: ({ why, name = "the rule", meant, until = "" }) => SUPPRESSION[why](name, meant, until),
  },
  "stale-baseline": {
    summary: "a baseline entry without a finding",
    message: ({ baseline, rule, subject }) => ({
      title: "a baseline entry no longer matches a finding",
      detail: `${baseline} lists ${rule} for ${subject}, which was not found; --update-baseline removes the entry`,
    }),
  },
};

function waitsDetail(given: FindingArguments["waits-for-acceptance"]): string {
  const { consumer, argument, invite, message } = given;
  const stops = message === undefined ? "" : ` (${message})`;
  const fails =
    given.while === "plan"
      ? `Terraform reads it while planning, so every plan fails until the person accepts${stops}, even the plan that would send the invite`
      : `the apply that sends the invite fails here${stops}, and so does every later one until the person accepts`;
  return `${argument} of ${consumer} is the address that ${invite} invites: ${fails}; use for_each over the list of members instead`;
}

/** The provider's name, with the version range that is meant where the version is not known. */
function versionedName({ label, version, dialect }: ProviderIdentity): string {
  return version === undefined && dialect.versions !== "*" ? `${label} (${dialect.versions})` : label;
}

/** What an address with capital letters leads to if OpenAI returns it in lower case. */
function foldedDetail({ label, candidates }: ProviderIdentity): string {
  const kinds = new Set(candidates.map(({ foldedEmail }) => foldedEmail));
  const [only = "unknown", ...others] = kinds;
  return `OpenAI may return the address in lower case; ${FOLDED[others.length > 0 ? "unknown" : only](label)}`;
}

const FOLDED: Readonly<Record<KnownDialect["foldedEmail"], (label: string) => string>> = {
  fails: (label) =>
    `each apply with ${label} then sends an invitation and fails ("Provider produced inconsistent result after apply")`,
  replaces: (label) =>
    `${label} then plans a replacement, which sends a new invitation or fails once the person has accepted`,
  unknown: (label) =>
    `${label} may then plan a replacement, which sends a new invitation or fails once the person has accepted`,
};

/** What the provider does with projects; where its versions differ, what holds for all that are allowed. */
function projectsDetail({ label, candidates }: ProviderIdentity): string {
  const agreed = <K extends "projects" | "omittedProjects" | "unaskedProject">(key: K) => {
    const [first, ...others] = candidates;
    return first !== undefined && others.every((row) => row[key] === first[key]) ? first[key] : undefined;
  };
  if (agreed("projects") === "none") {
    return `${label} has no "projects" on an invite, so the plan fails; add the person to projects after they accept`;
  }
  const change =
    agreed("unaskedProject") === "replaces" ? "any later change, even one made by OpenAI," : "any later change";
  const notes = [
    `this is reported to be unreliable, and ${change} forces a replacement, which fails once the invite is accepted`,
  ];
  if (agreed("projects") === "required-block") {
    notes.push(`${label} requires the block; from ${candidates[0]?.projectsOptionalSince} it is optional`);
  }
  if (agreed("omittedProjects") === "fails") {
    notes.push(`${label} can't send an invite without projects: write projects = [] for none`);
  }
  if (agreed("omittedProjects") === "empty-list") {
    notes.push("without projects, the person starts with none, not even the default one");
  }
  if (candidates.some(({ addsProjectsItself }) => addsProjectsItself)) {
    notes.push("some builds of it don't send the projects, but add the person if they join within half a minute");
  }
  return notes.join("; ");
}

const UNKNOWN_PROVIDER: Readonly<
  Record<FindingArguments["unknown-provider"]["why"], (provider: string, type: string) => FindingWords>
> = {
  "no-source": (provider) => ({
    title: "the module doesn't say which provider its invites use",
    detail: `without a source in required_providers, Terraform uses ${provider}, which doesn't exist`,
  }),
  source: (provider) => ({
    title: "tfinvite doesn't know this provider",
    detail: `it is unknown how ${provider} handles invites`,
  }),
  version: (provider) => ({
    title: "tfinvite doesn't know this provider version",
    detail: `the version constraint allows no version of ${provider} that is known to have invites`,
  }),
  type: (provider, type) => ({
    title: "tfinvite doesn't know this resource type of the provider",
    detail: `${provider} is not known to have ${type}`,
  }),
};

const SUPPRESSION: Readonly<
  Record<
    FindingArguments["unused-suppression"]["why"],
    (name: string, meant: string | undefined, until: string) => FindingWords
  >
> = {
  unused: (name) => ({
    title: "this suppression silences nothing",
    detail: `${name} finds nothing where this comment applies; delete it, or move it to the line or block that it is meant for`,
  }),
  "unknown-rule": (name, meant) => ({
    title: "this suppression names a rule that doesn't exist",
    detail: `there is no rule ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  }),
  "not-ignorable": (name) => ({
    title: "the settings don't allow this suppression",
    detail: `.tfinvite.json says that ${name} can't be ignored, so its findings are still reported`,
  }),
  "no-rule": () => ({
    title: "this suppression names no rule",
    detail: "write which rules it silences, and why: # tfinvite-ignore: rule[, rule] -- reason",
  }),
  "no-reason": () => ({
    title: "this suppression has no reason",
    detail:
      ".tfinvite.json requires a reason in every suppression, so this one silences nothing yet; write # tfinvite-ignore: rule -- reason",
  }),
  expired: (_name, _meant, until) => ({
    title: "this suppression has expired",
    detail: `its last day was ${until} (UTC), so it silences nothing; fix what it silenced, or write a later day`,
  }),
  "no-date": (_name, _meant, until) => ({
    title: "this suppression has no valid date",
    detail: `${until === "" ? "nothing follows until" : `${until} is not a day`}, so it silences nothing; write until and its last day: # tfinvite-ignore: rule until 2027-01-31 -- reason`,
  }),
};

type InvalidBlock = FindingArguments["invalid-forget-block"];

const INVALID_BLOCK: Readonly<Record<InvalidBlock["fault"], (given: InvalidBlock, tool: string) => FindingWords>> = {
  "instance-key": ({ from }, tool) => ({
    title: "a removed block can't name a single instance",
    detail: `${tool} rejects every plan, because ${from} has an instance key; move the instance to an unused resource name with a moved block and name that resource in the removed block (tfinvite repair --as blocks --write writes both), or use ${commandOf(tool)} state rm`,
  }),
  "still-declared": ({ block, from, of }, tool) => ({
    title: `this ${block} block names ${of === "module" ? "a module that is still called" : "an invite that is still declared"}`,
    detail: `${from} is in the configuration, so ${tool} rejects every plan; delete the ${block} block to keep it, or delete the declaration to forget it`,
  }),
  "type-change": ({ from, to }, tool) => ({
    title: "this moved block changes the resource type",
    detail: `${tool} can't move ${from} to ${to}; forget it with a removed block (or ${commandOf(tool)} state rm), and import it at the new address`,
  }),
  "different-kinds": ({ from, to }, tool) => ({
    title: "this moved block mixes a resource and a module",
    detail: `${tool} can't move ${from} to ${to}; name two resources, or two modules`,
  }),
  redundant: ({ from }, tool) => ({
    title: "this moved block has the same from and to",
    detail: `both are ${from}, so ${tool} rejects every plan; delete the block`,
  }),
  ambiguous: ({ from, to }, tool) => ({
    title: "two moved blocks contradict each other",
    detail: `another block also moves ${from}, or moves something else to ${to}, so ${tool} rejects every plan; delete one of them, and forget the other invite with moved and removed blocks or ${commandOf(tool)} state rm`,
  }),
  cycle: ({ from, to }, tool) => ({
    title: "moved blocks form a cycle",
    detail: `other blocks lead from ${to} back to ${from}, so ${tool} rejects every plan; delete the block that is out of date`,
  }),
  unreadable: ({ block }, tool) => ({
    title: `this ${block} block has an invalid address`,
    detail: `from and to must be addresses of a resource or module without expressions, so ${tool} rejects every plan`,
  }),
  "into-itself": ({ from, to }, tool) => ({
    title: "this moved block moves a module into itself",
    detail: `${tool} moves ${from} to ${to} once or several times, at random, so the next plan can't be predicted; move the module to a name outside itself first`,
  }),
};

function commandOf(tool: string): string {
  return tool === "OpenTofu" ? "tofu" : "terraform";
}
