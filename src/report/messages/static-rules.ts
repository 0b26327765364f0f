import type { ProviderIdentity } from "../../invites/providers/identify.js";
import type { KnownDialect } from "../../invites/providers/registry.js";
import type { FindingArguments } from "../../invites/rules/finding.js";
import { fileAndLine } from "../../terraform/source-range.js";
import type { FindingWords, RuleMessages } from "./words.js";

/** Rules about files alone, and about comments and baselines. */
export const STATIC_RULES: RuleMessages<"static"> = {
  "project-scoped-invite": {
    summary: "projects assigned through an invite",
    message: ({ provider }) => ({ title: "projects assigned through an invite", detail: projectsDetail(provider) }),
  },
  "invite-as-user": {
    summary: "an invite's id where a user's belongs",
    message: ({ argument, consumer, invite = "this" }) => ({
      title: "an invite's id where a user's id belongs",
      detail: `${argument} of ${consumer} takes a user, and ${invite} is the id of an invitation: OpenAI knows no such user, and the apply fails; the user exists once the invite is accepted`,
    }),
  },
  "duplicate-invite": {
    summary: "one person invited twice",
    message: ({ email, other: { address, range } }) => ({
      title: "one person is invited twice",
      detail: `${address}${range === undefined ? "" : ` (${fileAndLine(range)})`} invites ${email} as well; OpenAI refuses to invite a member, and is reported to refuse a second invite while the first is pending`,
    }),
  },
  "invalid-role": {
    summary: "a role that OpenAI refuses",
    message: ({ role = "", hidden = `"${role}"`, of, allowed }) => ({
      title: `${hidden} is no role of ${of === "invite" ? "an organization" : "a project"}`,
      detail: `OpenAI takes ${allowed.map((one) => `"${one}"`).join(" or ")}, spelled so, and refuses the invite otherwise`,
    }),
  },
  "mixed-case-email": {
    summary: "an email address in mixed case",
    message: ({ email, provider }) => ({
      title: "an email address in mixed case",
      detail: `OpenAI may keep ${email} in lower case: ${foldedWords(provider)}`,
    }),
  },
  "hardcoded-admin-key": {
    summary: "an API key written into the configuration",
    message: ({ holder, argument }) => ({
      title: "an API key is written into the configuration",
      detail: `${argument === undefined || holder === `local.${argument}` ? holder : `${argument} of ${holder}`} gives it to whoever can read the files, their history, or a plan made from them; revoke it, and pass the new one by the environment (OPENAI_ADMIN_KEY)`,
    }),
  },
  "unsupported-argument": {
    summary: "an argument that this provider does not have",
    message: ({ provider, name, syntax, of, computed, instead }) => {
      if (computed) {
        return {
          title: `"${name}" is not for the configuration to set`,
          detail: `${provider.label} fills it in from what OpenAI answers, and the plan fails where ${of} sets it; delete it`,
        };
      }
      const what = syntax === "block" ? `a block "${name}"` : `an argument "${name}"`;
      const place = of === "provider" ? "its provider block" : of;
      const way = instead === undefined ? "delete it" : `write ${instead}`;
      return {
        title: `${provider.label} has no such ${syntax}`,
        detail: `${place} does not take ${what}, and the plan fails; ${way}`,
      };
    },
  },
  "data-reads-own-invite": {
    summary: "a data source that reads an invite managed beside it",
    message: ({ data, invite }) => ({
      title: "a data source reads an invite that is managed beside it",
      detail: `${data} sees ${invite} as it was when it was sent, mostly pending, and fails once the invite is forgotten`,
    }),
  },
  "waits-for-acceptance": {
    summary: "something that needs a member, given the address of an invite",
    message: (given) => ({
      title: "this needs a member, and the person is only invited",
      detail: waitsDetail(given),
    }),
  },
  "removed-without-keep": {
    summary: "a removed block that destroys invites",
    message: ({ from, destroy }) => ({
      title: "this removed block destroys what it removes",
      detail: `${destroy === "true" ? "destroy = true says so" : "Terraform destroys unless destroy = false is written"}; for ${from} that means deleting invites, which OpenAI refuses for accepted ones`,
    }),
  },
  "invalid-forget-block": {
    summary: "a moved or removed block that fails every plan",
    message: (given) => INVALID_BLOCK[given.fault](given, given.tool === "tofu" ? "OpenTofu" : "Terraform"),
  },
  "leftover-forget-block": {
    summary: "a moved or removed block that has done its work",
    message: ({ block, from }) => ({
      title: `a ${block} block has done its work`,
      detail: `the state holds nothing of ${from} any more; left here, the block breaks the plan that invites there again`,
    }),
  },
  "silent-destroy-provider": {
    summary: "a provider that reports every destroy as done",
    message: ({ provider }) => ({
      title: "this provider reports every destroy of an invite as done",
      detail: `${versionedName(provider)} ignores what OpenAI answers: a refused or failed deletion leaves the invite alive and out of the state, and nobody hears of it; look with tfinvite status before taking one out, or move to openai/openai, which passes refusals on`,
    }),
  },
  "sends-then-fails": {
    summary: "a provider that fails after it has sent an invite",
    message: ({ provider }) => ({
      title: "this provider sends an invite and then reports an error",
      detail: `${versionedName(provider)} takes OpenAI's answer for a failure: the invitation is sent, the apply fails, and the state doesn't have the invite; move to a later version, and import what was sent (tfinvite status --orphans lists it)`,
    }),
  },
  "missing-destroy-guard": {
    summary: "an invite that nothing keeps from being destroyed",
    message: ({ tool, since }) => ({
      title: "nothing keeps this invite from being destroyed",
      detail: `the required ${tool === "tofu" ? "OpenTofu" : "Terraform"} (${since} or later) has lifecycle { destroy = false }, with which a removed invite is forgotten instead of deleted`,
    }),
  },
  "unknown-provider": {
    summary: "a provider that tfinvite does not know",
    message: ({ why, provider, type }) => {
      const { title, detail } = UNKNOWN_PROVIDER[why](provider, type);
      return { title, detail: `${detail}; only rules that hold for every provider are asked` };
    },
  },
  "unknown-invite-type": {
    summary: "a resource like an OpenAI invite, of a type that tfinvite does not know",
    message: ({ type, provider }) => ({
      title: "a resource looks like an OpenAI invite, and its type is not known",
      detail: `${type} is a type of no provider that tfinvite knows (${provider}), so its status is not looked up and no rule is asked about it`,
    }),
  },
  "unused-suppression": {
    summary: "a suppression comment without effect",
    message: ({ why, name = "the rule", meant }) => SUPPRESSION[why](name, meant),
  },
  "stale-baseline": {
    summary: "a baseline entry that matches nothing any more",
    message: ({ baseline, rule, subject }) => ({
      title: "a baseline entry matches nothing any more",
      detail: `${baseline} lists ${rule} for ${subject}, which is not found; --update-baseline takes it out`,
    }),
  },
};

function waitsDetail(given: FindingArguments["waits-for-acceptance"]): string {
  const { consumer, argument, invite, email = "the person", others, message } = given;
  const people = `${email}${others === 0 ? "" : ` and ${others} more`}`;
  const stops = message === undefined ? "" : ` (${message})`;
  const fails =
    given.while === "plan"
      ? `Terraform reads it while planning, and every plan fails until then${stops}, also the one that would send the invite`
      : `the apply that sends the invite fails at it${stops}, and so does every later one until then`;
  return `${argument} of ${consumer} is that of ${invite}, and ${people} ${others === 0 ? "is" : "are"} no member before accepting: ${fails}; let it wait by for_each over the list of members`;
}

/** Where the version is not known, the versions that are spoken of. */
function versionedName({ label, version, dialect }: ProviderIdentity): string {
  return version === undefined && dialect.versions !== "*" ? `${label} (${dialect.versions})` : label;
}

/** What this provider makes of the projects; where versions of it differ, what holds for all that are allowed. */
/** What an address in mixed case leads to, if OpenAI keeps it in lower case. */
function foldedWords({ label, candidates }: ProviderIdentity): string {
  const kinds = new Set(candidates.map(({ foldedEmail }) => foldedEmail));
  const [only = "unknown", ...others] = kinds;
  return FOLDED[others.length > 0 ? "unknown" : only](label);
}

const FOLDED: Readonly<Record<KnownDialect["foldedEmail"], (label: string) => string>> = {
  fails: (label) =>
    `with ${label}, the apply then sends the invitation and fails ("Provider produced inconsistent result after apply"), and each later apply sends another one and fails again`,
  replaces: (label) =>
    `with ${label}, each later apply then replaces the invite: it sends another invitation, or fails once the person has accepted`,
  unknown: (label) =>
    `with ${label}, the next apply may then replace the invite, which sends another invitation or fails once the person has accepted`,
};

function projectsDetail({ label, candidates }: ProviderIdentity): string {
  const agreed = <K extends "projects" | "omittedProjects" | "unaskedProject">(key: K) => {
    const [first, ...others] = candidates;
    return first !== undefined && others.every((row) => row[key] === first[key]) ? first[key] : undefined;
  };
  if (agreed("projects") === "none") {
    return `${label} has no "projects" on an invite, so the plan fails; add the person to projects once they are a member`;
  }
  const change =
    agreed("unaskedProject") === "replaces" ? "change of them, also one that OpenAI makes," : "change of them";
  const notes = [
    `they are reported not to arrive reliably, and any later ${change} replaces the invite, which fails once it is accepted`,
  ];
  if (agreed("projects") === "required-block") {
    notes.push(`${label} insists on the block, and from ${candidates[0]?.projectsOptionalSince} on it may be left out`);
  }
  if (agreed("omittedProjects") === "fails") {
    notes.push(`${label} can't send an invite without projects: write projects = [] for none`);
  }
  if (agreed("omittedProjects") === "empty-list") {
    notes.push("without them, the person starts with no project, not even the default one");
  }
  if (candidates.some(({ addsProjectsItself }) => addsProjectsItself)) {
    notes.push("some builds of it do not send them, but add the person if they join within half a minute");
  }
  return notes.join("; ");
}

const UNKNOWN_PROVIDER: Readonly<
  Record<FindingArguments["unknown-provider"]["why"], (provider: string, type: string) => FindingWords>
> = {
  "no-source": (provider) => ({
    title: "the module does not say which provider its invites belong to",
    detail: `without a source in required_providers Terraform looks for ${provider}, which does not exist`,
  }),
  source: (provider) => ({
    title: "a provider that tfinvite does not know",
    detail: `how ${provider} treats invites is not known`,
  }),
  version: (provider) => ({
    title: "a provider version that tfinvite does not know",
    detail: `no version of ${provider} with invites is known in the range that is asked for`,
  }),
  type: (provider, type) => ({
    title: "a resource type that this provider is not known to have",
    detail: `${provider} is not known to have ${type}`,
  }),
};

const SUPPRESSION: Readonly<
  Record<FindingArguments["unused-suppression"]["why"], (name: string, meant: string | undefined) => FindingWords>
> = {
  unused: (name) => ({
    title: "a suppression that silences nothing",
    detail: `${name} finds nothing in reach of this comment; delete it, or move it to the line or block that it is meant for`,
  }),
  "unknown-rule": (name, meant) => ({
    title: "a suppression of a rule that does not exist",
    detail: `there is no rule ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  }),
  "not-ignorable": (name) => ({
    title: "a suppression that the settings do not allow",
    detail: `.tfinvite.json says that ${name} cannot be ignored, so its findings are reported all the same`,
  }),
  "no-rule": () => ({
    title: "a suppression that names no rule",
    detail: "write which rules it silences, and why: # tfinvite-ignore: rule[, rule] -- reason",
  }),
  "no-reason": () => ({
    title: "a suppression without a reason",
    detail:
      ".tfinvite.json wants a reason behind every suppression, so this one silences nothing until it has one: # tfinvite-ignore: rule -- reason",
  }),
};

type InvalidBlock = FindingArguments["invalid-forget-block"];

const INVALID_BLOCK: Readonly<Record<InvalidBlock["fault"], (given: InvalidBlock, tool: string) => FindingWords>> = {
  "instance-key": ({ from }, tool) => ({
    title: "a removed block can't name a single instance",
    detail: `${tool} refuses every plan, since ${from} has an instance key; to forget one instance, move it to an unused resource name by a moved block and name that resource in a removed block (tfinvite repair --as blocks --write writes both), or use ${commandOf(tool)} state rm`,
  }),
  "still-declared": ({ block, from, of }, tool) => ({
    title: `a ${block} block names ${of === "module" ? "a module that is still called" : "an invite that is still declared"}`,
    detail: `${from} is in the configuration, so ${tool} refuses every plan; delete the ${block} block to keep it, or delete what declares it to let the block do its work`,
  }),
  "type-change": ({ from, to }, tool) => ({
    title: "a moved block changes the resource type",
    detail: `${tool} refuses to move ${from} to ${to}; forget it by a removed block (or ${commandOf(tool)} state rm) and import it under the new address`,
  }),
  "different-kinds": ({ from, to }, tool) => ({
    title: "a moved block mixes a resource and a module",
    detail: `${tool} refuses to move ${from} to ${to}; name two resources, or two modules`,
  }),
  redundant: ({ from }, tool) => ({
    title: "a moved block moves something to where it is",
    detail: `from and to are both ${from}, so ${tool} refuses every plan; delete the block`,
  }),
  ambiguous: ({ from, to }, tool) => ({
    title: "two moved blocks contradict each other",
    detail: `another block moves ${from} too, or moves something else to ${to}, so ${tool} refuses every plan; delete one of them, and forget what is left by moved + removed or ${commandOf(tool)} state rm`,
  }),
  cycle: ({ from, to }, tool) => ({
    title: "moved blocks form a cycle",
    detail: `other blocks lead from ${to} back to ${from}, so ${tool} refuses every plan; delete the one that is out of date`,
  }),
  unreadable: ({ block }, tool) => ({
    title: `a ${block} block has an address that is not valid`,
    detail: `${tool} refuses every plan, since from and to must be addresses of a resource or module without expressions in them`,
  }),
  "into-itself": ({ from, to }, tool) => ({
    title: "a moved block moves a module into itself",
    detail: `${tool} moves ${from} to ${to} once or several times, by chance, so the next plan can't be predicted; move the module to a name outside of itself first`,
  }),
};

function commandOf(tool: string): string {
  return tool === "OpenTofu" ? "tofu" : "terraform";
}
