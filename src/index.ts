/** tfinvite as a library: the same steps as the command line, as functions from data to data. */

export { type Inventory, type InviteEntry, isInviteType, takeInventory } from "./invites/inventory.js";
export { type LookUpOutcome, lookUpStatuses } from "./invites/look-up.js";
export {
  INVITE_OPERATIONS,
  type InviteOperation,
  type Outcome,
  outcomeOf,
  type Situation,
} from "./invites/outcomes/outcome.js";
export { type Verdict, verdictOf } from "./invites/outcomes/verdict.js";
export type { Assessment, Mode, ReportedInvite } from "./invites/planned/assessment.js";
export { type PlannedChange, type PlannedRoot, plannedRoot } from "./invites/planned/planned.js";
export { inventoryOfPlan } from "./invites/planned/planned-inventory.js";
export { identifyProvider, type ProviderIdentity } from "./invites/providers/identify.js";
export { DIALECTS, type Dialect, INVITE_PREFILTER, INVITE_TYPES } from "./invites/providers/registry.js";
export { recordedStatuses } from "./invites/recorded-statuses.js";
export { planRepair, type RepairPlan, type Selection } from "./invites/remedies/repair-plan.js";
export { type Finding, type RuleId, SEVERITIES, type Severity } from "./invites/rules/finding.js";
export { findAll, RULES } from "./invites/rules/registry.js";
export {
  INVITE_STATUSES,
  type InviteAssessment,
  type InviteStatus,
  isUsed,
  type StatusReport,
} from "./invites/status.js";
export { type ApiSettings, readApiSettings } from "./openai/api-settings.js";
export { AdminApi, type AdminApiOptions, type LookUpEvent } from "./openai/client.js";
export { makeReport, type Report, type ReportError } from "./report/report.js";
export { type Address, compareAddresses, formatAddress } from "./terraform/addresses/address.js";
export { parseAddress } from "./terraform/addresses/address-parser.js";
export type { Configuration } from "./terraform/configuration/configuration.js";
export { loadConfiguration } from "./terraform/configuration/load-configuration.js";
export type { Plan, ResourceChange } from "./terraform/plan/plan.js";
export { readPlan, readPlanFile } from "./terraform/plan/read-plan.js";
export { quoteCommand, quoteCommands, SHELLS, type Shell } from "./terraform/shell/shell-quoting.js";
export { readState, readStateFile } from "./terraform/state/read-state.js";
export type { State, StateInstance } from "./terraform/state/state.js";
