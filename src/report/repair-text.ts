import type { HeldBack, RepairPlan } from "../invites/remedies/repair-plan.js";
import type { ReportedInvite } from "../invites/report.js";
import type { SourceRange } from "../terraform/source-range.js";
import { standingPhrase } from "./standing-detail.js";
import type { Style } from "./style.js";
import { clean, padTo, widest } from "./text.js";
import { count, dependentWords, stepWords } from "./words.js";

/** What `repair` tells a person beside the commands: why each invite goes, what still declares it, what was left alone. */
export function formatRepairNotes(plans: readonly RepairPlan[], now: number, style: Style): string {
  return plans
    .flatMap((plan) => planLines(plan, now, plans.length > 1, style))
    .map((line) => `${line}\n`)
    .join("");
}

function planLines(plan: RepairPlan, now: number, many: boolean, style: Style): string[] {
  const where = many ? ` in ${clean(plan.directory)}` : "";
  return [
    ...(plan.forget.length === 0
      ? []
      : [
          style.bold(`${count(plan.forget.length, "invite")} to forget${where}:`),
          ...reasonLines(plan.forget, now, style),
        ]),
    ...configurationLines(plan, style),
    ...heldBackLines(plan, where, style),
  ];
}

function reasonLines(invites: readonly ReportedInvite[], now: number, style: Style): string[] {
  const rows = invites.map(
    (invite) => [clean(invite.entry.name), clean(invite.entry.email ?? ""), why(invite, now)] as const,
  );
  const address = widest(rows.map(([name]) => name));
  const email = widest(rows.map(([, text]) => text));
  return rows.map(([name, text, reason]) => `  ${padTo(name, address)}  ${padTo(text, email)}  ${style.dim(reason)}`);
}

function why({ entry, standing }: ReportedInvite, now: number): string {
  const deposed = entry.objects.filter((object) => object.deposed !== undefined);
  return [
    clean(standingPhrase(standing, now)),
    ...(entry.tainted ? ["tainted"] : []),
    ...(deposed.length > 0
      ? [
          `takes ${count(deposed.length, "deposed object")} along: ${deposed.map((object) => object.deposed).join(", ")}`,
        ]
      : []),
  ].join(", ");
}

/** The other half of the repair. Without it, the next plan sends the forgotten invites again. */
function configurationLines(plan: RepairPlan, style: Style): string[] {
  if (plan.forget.length === 0) return [];
  const steps = plan.steps.map((step) => [place(step.range), clean(`${step.resource}: ${stepWords(step)}`)] as const);
  const dependents = plan.dependents.map(
    (dependent) => [place(dependent.range), clean(dependentWords(dependent))] as const,
  );
  const width = widest([...steps, ...dependents].map(([where]) => where));
  const table = (rows: typeof steps) => rows.map(([where, what]) => `  ${padTo(where, width)}  ${what}`);
  return [
    ...(steps.length === 0
      ? ["The configuration declares none of them any more."]
      : [style.bold("Still declared, and sent again by the next apply unless you change it:"), ...table(steps)]),
    ...(dependents.length === 0 ? [] : [style.bold("Reads what is forgotten:"), ...table(dependents)]),
  ];
}

const HELD_BACK: Readonly<Record<HeldBack, string>> = {
  unknown: "its standing is not known",
  "deposed-alive": "it has a deposed object that is not spent, and a state rm would take that along",
  unaddressable: "Terraform cannot read its address back: its key is not in composed Unicode form (NFC)",
};

function heldBackLines(plan: RepairPlan, where: string, style: Style): string[] {
  if (plan.heldBack.length === 0) return [];
  const title = style.bold(`${count(plan.heldBack.length, "invite")} left alone${where}:`);
  const width = widest(plan.heldBack.map(({ invite }) => clean(invite.entry.name)));
  return [
    title,
    ...plan.heldBack.map(
      ({ invite, why: reason }) => `  ${padTo(clean(invite.entry.name), width)}  ${style.dim(HELD_BACK[reason])}`,
    ),
  ];
}

function place(range: SourceRange): string {
  return `${clean(range.file)}:${range.start.line}`;
}
