import type { Finding, FindingArguments } from "../invites/finding.js";
import type { FindingWords } from "./words.js";

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
        headline: "an invite's id where a user's id belongs",
        consequence: `${argument} of ${consumer} takes a user, and ${invite ?? "this"} is the id of an invitation: OpenAI knows no such user, and the apply fails; the user exists once the invite is accepted`,
      };
    }
    case "duplicate-invite": {
      const { email, other } = finding.arguments;
      const place = other.range === undefined ? "" : ` (${other.range.file}:${other.range.start.line})`;
      return {
        headline: "one person is invited twice",
        consequence: `${other.address}${place} invites ${email} as well; OpenAI takes the case of letters for the same, and refuses the second invite`,
      };
    }
    case "invalid-role": {
      const { role, of, allowed } = finding.arguments;
      return {
        headline: `"${role}" is no role of ${of === "invite" ? "an organization" : "a project"}`,
        consequence: `OpenAI takes ${allowed.map((one) => `"${one}"`).join(" or ")}, spelled so, and refuses the invite otherwise`,
      };
    }
    case "mixed-case-email": {
      const { email, provider } = finding.arguments;
      return {
        headline: "an e-mail address in mixed case",
        consequence: `OpenAI may hand ${email} back in lower case, and ${provider.label} then replaces the invite, which mails the person again or fails`,
      };
    }
    case "hardcoded-admin-key": {
      const { holder, argument } = finding.arguments;
      return {
        headline: "an API key is written into the configuration",
        consequence: `whoever reads ${argument} of ${holder} holds the key, and so does every state and plan; revoke it, and pass the new one by the environment (OPENAI_ADMIN_KEY)`,
      };
    }
    case "unsupported-argument":
      return unsupportedWords(finding.arguments);
    case "data-reads-own-invite": {
      const { data, invite } = finding.arguments;
      return {
        headline: "a data source reads an invite that is managed beside it",
        consequence: `${data} sees ${invite} as it was when it was sent, mostly pending, and fails once the invite is forgotten`,
      };
    }
    case "removed-without-keep": {
      const { from, destroy } = finding.arguments;
      const why =
        destroy === "true" ? "destroy = true says so" : "Terraform destroys unless destroy = false is written";
      return {
        headline: "this removed block destroys what it removes",
        consequence: `${why}; for ${from} that means deleting invites, which OpenAI refuses for accepted ones`,
      };
    }
    case "leftover-forget-block": {
      const { block, from, why } = finding.arguments;
      return why === "declared-again"
        ? {
            headline: `a ${block} block speaks of an invite that is declared again`,
            consequence: `${from} is in the configuration, and every plan fails until the block is deleted`,
          }
        : {
            headline: `a ${block} block has done its work`,
            consequence: `the state holds nothing of ${from} any more; left here, the block breaks the plan that invites there again`,
          };
    }
    case "silent-destroy-provider": {
      const { provider } = finding.arguments;
      return {
        headline: "this provider reports every destroy of an invite as done",
        consequence: `${provider.label} ignores what OpenAI answers: a refused or failed deletion leaves the invite alive and out of the state, and nobody hears of it`,
      };
    }
    case "missing-destroy-guard": {
      const { tool, since } = finding.arguments;
      const name = tool === "tofu" ? "OpenTofu" : "Terraform";
      return {
        headline: "nothing keeps this invite from being destroyed",
        consequence: `the required ${name} (${since} or later) has lifecycle { destroy = false }, with which a removed invite is forgotten instead of deleted`,
      };
    }
    case "unknown-provider": {
      const { source } = finding.arguments;
      return source === undefined
        ? {
            headline: "the module does not say which provider its invites belong to",
            consequence:
              "without an entry in required_providers Terraform looks for hashicorp/openai, which does not exist; only rules that hold for every provider are asked",
          }
        : {
            headline: "a provider that tfinvite does not know",
            consequence: `how ${source} treats invites is not known; only rules that hold for every provider are asked`,
          };
    }
    case "unused-suppression":
      return suppressionWords(finding.arguments);
    case "stale-baseline": {
      const { baseline, rule, subject } = finding.arguments;
      return {
        headline: "a baseline entry matches nothing any more",
        consequence: `${baseline} lists ${rule} for ${subject}, which is not found; --update-baseline takes it out`,
      };
    }
  }
}

function unsupportedWords({
  provider,
  name,
  syntax,
  of,
  instead,
}: FindingArguments["unsupported-argument"]): FindingWords {
  const what = syntax === "block" ? `a block "${name}"` : `an argument "${name}"`;
  const way = instead === undefined ? "delete it" : `write ${instead}`;
  return {
    headline: `${provider.label} has no such ${syntax}`,
    consequence: `${of} does not take ${what} there, and the plan fails; ${way}`,
  };
}

function suppressionWords({ why, name, meant }: FindingArguments["unused-suppression"]): FindingWords {
  switch (why) {
    case "unused":
      return {
        headline: "a suppression that silences nothing",
        consequence: `${name ?? "the rule"} finds nothing in reach of this comment; delete it, or move it to the line or block that it is meant for`,
      };
    case "unknown-rule":
      return {
        headline: "a suppression of a rule that does not exist",
        consequence: `there is no rule ${name ?? ""}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
      };
    case "not-ignorable":
      return {
        headline: "a suppression that the settings do not allow",
        consequence: `.tfinvite.json says that ${name ?? "the rule"} cannot be ignored, so its findings are reported all the same`,
      };
    case "no-rule":
      return {
        headline: "a suppression that names no rule",
        consequence: "write which rules it silences, and why: # tfinvite-ignore: rule[, rule] -- reason",
      };
    case "no-reason":
      return {
        headline: "a suppression without a reason",
        consequence:
          ".tfinvite.json wants a reason behind every suppression, so this one silences nothing until it has one: # tfinvite-ignore: rule -- reason",
      };
  }
}
