import { defined } from "../../base/defined.js";
import { PUBLISHED } from "../../base/version.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { Assessment } from "../planned/assessment.js";
import type { Remedy } from "../remedies/remedy.js";
import type { Severity } from "./finding.js";

/** What a rule reads: `static` files only; `live` statuses; `plan` a plan and statuses. */
export type Needs = "static" | "live" | "plan";

/** One problem as a rule's `find` gives it. Its message is made from the arguments, in `report/messages/`. */
export interface Found<Arguments> {
  /** The invite's address, or the resource's where the finding is about the block. */
  readonly address?: string | undefined;
  readonly range?: SourceRange | undefined;
  readonly arguments: Arguments;
  readonly remedy?: Remedy | undefined;
  /** Where it differs from the rule's: holds unless the user sets one. */
  readonly severity?: Severity | undefined;
}

/** A finding as its rule makes it, before the user's policy gives it a severity. */
export interface RawFindingOf<Id, Arguments> {
  readonly rule: Id;
  readonly arguments: Arguments;
  /** The root module, as the user named it. */
  readonly directory: string;
  readonly address?: string;
  readonly range?: SourceRange;
  readonly remedy?: Remedy;
  readonly severity?: Severity;
}

/** A rule: what it is called, how bad its findings are, and the pure function that finds them. */
export interface Rule<Id extends string = string, Arguments = unknown, Needed extends Needs = Needs> {
  readonly id: Id;
  /** Severity unless the user sets another. */
  readonly severity: Severity;
  readonly needs: Needed;
  /** True where `lint --fix` can apply a safe fix. */
  readonly fixable: boolean;
  find(assessment: Assessment): readonly RawFindingOf<Id, Arguments>[];
}

interface RuleDefinition<Id extends string, Arguments, Needed extends Needs>
  extends Pick<Rule<Id, Arguments, Needed>, "id" | "severity" | "needs"> {
  readonly fixable?: true;
  find(assessment: Assessment): readonly Found<Arguments>[];
}

/** A rule from its definition. The type of the arguments is the one that `find` gives. */
export function defineRule<const Id extends string, Arguments, const Needed extends Needs>(
  definition: RuleDefinition<Id, Arguments, Needed>,
): Rule<Id, Arguments, Needed> {
  return {
    ...definition,
    fixable: definition.fixable ?? false,
    find: (assessment) =>
      definition.find(assessment).map(({ address, range, remedy, severity, arguments: given }) => ({
        rule: definition.id,
        arguments: given,
        directory: assessment.inventory.directory,
        ...defined({ address, range, remedy, severity }),
      })),
  };
}

/** The page that explains a rule, of this version: pages are published with the package. */
export function docsUrl(id: string): string {
  return `${PUBLISHED}docs/rules/${id}.md`;
}
