import type { Finding, FindingArguments } from "../../invites/finding.js";
import type { ProviderIdentity } from "../../invites/providers/dialects.js";
import type { FindingWords } from "./finding-words.js";

/** The rules whose findings rest on files alone, and those about comments and baselines. */
type StaticFinding = Extract<
  Finding,
  {
    rule:
      | "invite-as-user"
      | "duplicate-invite"
      | "invalid-role"
      | "mixed-case-email"
      | "hardcoded-admin-key"
      | "unsupported-argument"
      | "data-reads-own-invite"
      | "removed-without-keep"
      | "leftover-forget-block"
      | "silent-destroy-provider"
      | "missing-destroy-guard"
      | "unknown-provider"
      | "unused-suppression"
      | "stale-baseline";
  }
>;

/** The words of a finding that needed no look-up. */
export function staticWords(finding: StaticFinding): FindingWords {
  switch (finding.rule) {
    case "invite-as-user": {
      const { argument, consumer, invite } = finding.arguments;
      return {
        title: "an invite's id where a user's id belongs",
        detail: `${argument} of ${consumer} takes a user, and ${invite ?? "this"} is the id of an invitation: OpenAI knows no such user, and the apply fails; the user exists once the invite is accepted`,
      };
    }
    case "duplicate-invite": {
      const { email, other } = finding.arguments;
      const place = other.range === undefined ? "" : ` (${other.range.file}:${other.range.start.line})`;
      return {
        title: "one person is invited twice",
        detail: `${other.address}${place} invites ${email} as well; OpenAI refuses to invite a member, and is reported to refuse a second invite while the first is pending`,
      };
    }
    case "invalid-role": {
      const { role, of, allowed } = finding.arguments;
      return {
        title: `"${role}" is no role of ${of === "invite" ? "an organization" : "a project"}`,
        detail: `OpenAI takes ${allowed.map((one) => `"${one}"`).join(" or ")}, spelled so, and refuses the invite otherwise`,
      };
    }
    case "mixed-case-email": {
      const { email, provider } = finding.arguments;
      return {
        title: "an email address in mixed case",
        detail: `OpenAI may hand ${email} back in lower case, and ${provider.label} then replaces the invite, which mails the person again or fails`,
      };
    }
    case "hardcoded-admin-key": {
      const { holder, argument } = finding.arguments;
      const place = holder === `local.${argument}` ? holder : `${argument} of ${holder}`;
      return {
        title: "an API key is written into the configuration",
        detail: `${place} gives it to whoever can read the files, their history, or a plan made from them; revoke it, and pass the new one by the environment (OPENAI_ADMIN_KEY)`,
      };
    }
    case "unsupported-argument":
      return unsupportedWords(finding.arguments);
    case "data-reads-own-invite": {
      const { data, invite } = finding.arguments;
      return {
        title: "a data source reads an invite that is managed beside it",
        detail: `${data} sees ${invite} as it was when it was sent, mostly pending, and fails once the invite is forgotten`,
      };
    }
    case "removed-without-keep": {
      const { from, destroy } = finding.arguments;
      const why =
        destroy === "true" ? "destroy = true says so" : "Terraform destroys unless destroy = false is written";
      return {
        title: "this removed block destroys what it removes",
        detail: `${why}; for ${from} that means deleting invites, which OpenAI refuses for accepted ones`,
      };
    }
    case "leftover-forget-block": {
      const { block, from, why } = finding.arguments;
      return why === "declared-again"
        ? {
            title: `a ${block} block speaks of an invite that is declared again`,
            detail: `${from} is in the configuration, and every plan fails until the block is deleted`,
          }
        : {
            title: `a ${block} block has done its work`,
            detail: `the state holds nothing of ${from} any more; left here, the block breaks the plan that invites there again`,
          };
    }
    case "silent-destroy-provider": {
      const { provider } = finding.arguments;
      return {
        title: "this provider reports every destroy of an invite as done",
        detail: `${versionedName(provider)} ignores what OpenAI answers: a refused or failed deletion leaves the invite alive and out of the state, and nobody hears of it; look with tfinvite status before taking one out, or move to openai/openai, which passes refusals on`,
      };
    }
    case "missing-destroy-guard": {
      const { tool, since } = finding.arguments;
      const name = tool === "tofu" ? "OpenTofu" : "Terraform";
      return {
        title: "nothing keeps this invite from being destroyed",
        detail: `the required ${name} (${since} or later) has lifecycle { destroy = false }, with which a removed invite is forgotten instead of deleted`,
      };
    }
    case "unknown-provider":
      return unknownProviderWords(finding.arguments);
    case "unused-suppression":
      return suppressionWords(finding.arguments);
    case "stale-baseline": {
      const { baseline, rule, subject } = finding.arguments;
      return {
        title: "a baseline entry matches nothing any more",
        detail: `${baseline} lists ${rule} for ${subject}, which is not found; --update-baseline takes it out`,
      };
    }
  }
}

/** Where the version is not known, the versions that are spoken of. */
function versionedName({ label, version, dialect }: ProviderIdentity): string {
  return version === undefined && dialect.versions !== "*" ? `${label} (${dialect.versions})` : label;
}

function unsupportedWords(found: FindingArguments["unsupported-argument"]): FindingWords {
  const { provider, name, syntax, of, computed, instead } = found;
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
}

function unknownProviderWords({ why, provider, type }: FindingArguments["unknown-provider"]): FindingWords {
  const general = "only rules that hold for every provider are asked";
  switch (why) {
    case "no-source":
      return {
        title: "the module does not say which provider its invites belong to",
        detail: `without a source in required_providers Terraform looks for ${provider}, which does not exist; ${general}`,
      };
    case "source":
      return {
        title: "a provider that tfinvite does not know",
        detail: `how ${provider} treats invites is not known; ${general}`,
      };
    case "version":
      return {
        title: "a provider version that tfinvite does not know",
        detail: `no version of ${provider} with invites is known in the range that is asked for; ${general}`,
      };
    case "type":
      return {
        title: "a resource type that this provider is not known to have",
        detail: `${provider} is not known to have ${type}; ${general}`,
      };
  }
}

function suppressionWords({ why, name, meant }: FindingArguments["unused-suppression"]): FindingWords {
  switch (why) {
    case "unused":
      return {
        title: "a suppression that silences nothing",
        detail: `${name ?? "the rule"} finds nothing in reach of this comment; delete it, or move it to the line or block that it is meant for`,
      };
    case "unknown-rule":
      return {
        title: "a suppression of a rule that does not exist",
        detail: `there is no rule ${name ?? ""}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
      };
    case "not-ignorable":
      return {
        title: "a suppression that the settings do not allow",
        detail: `.tfinvite.json says that ${name ?? "the rule"} cannot be ignored, so its findings are reported all the same`,
      };
    case "no-rule":
      return {
        title: "a suppression that names no rule",
        detail: "write which rules it silences, and why: # tfinvite-ignore: rule[, rule] -- reason",
      };
    case "no-reason":
      return {
        title: "a suppression without a reason",
        detail:
          ".tfinvite.json wants a reason behind every suppression, so this one silences nothing until it has one: # tfinvite-ignore: rule -- reason",
      };
  }
}
