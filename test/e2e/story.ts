import type { StandIn } from "../stand-in/server.js";
import { WEEK } from "../stand-in/state.js";
import type { StandInDialect } from "../stand-in-provider/dialect.js";

/** What becomes of an invite after it was sent. */
export const FATES = [
  "pending",
  "accepted",
  /** Accepted, and the API does not say so yet. */
  "lagging",
  /** Accepted, and the person is no longer a member. */
  "departed",
  "expired",
  /** Expired, and the person became a member by another one. */
  "expired-member",
  "revoked",
  /** Revoked, and the person became a member by another one. */
  "revoked-member",
] as const;

export type Fate = (typeof FATES)[number];

/** What a case is written with: how a block looks, by the dialect. */
export interface Writer {
  readonly type: string;
  /** An `openai_invite` block, or what the dialect calls it. */
  block(name: string, settings: BlockSettings): string;
  /** Lines of a `projects` argument or block; none where the dialect has none. */
  projects(role: string): string;
}

interface BlockSettings {
  readonly email: string;
  readonly role?: string;
  /** Further lines. */
  readonly more?: string;
  /** `projects` lines in place of the usual ones. */
  readonly projects?: string;
}

/** One change to one invite, of any status. */
interface Edit {
  /** Where the invite is once this is done; the plan speaks of it under this address. */
  readonly address: string;
  readonly before: string;
  readonly after: string;
  /** Its address before, for commands; the same as `address` if not said. */
  readonly sentAs?: string;
  readonly taint?: boolean;
  readonly replace?: boolean;
  /** The API gives it a project that the configuration does not name. */
  readonly grant?: boolean;
}

type Action = (writer: Writer, name: string, email: string) => Edit;

/** Blocks that stay as they are. */
function unedited(more: string, settings: Omit<Partial<Edit>, "before" | "after" | "address"> = {}): Action {
  return (writer, name, email) => {
    const block = writer.block(name, { email, more });
    return { address: `${writer.type}.${name}`, before: block, after: block, ...settings };
  };
}

/** Blocks with another text afterwards. */
function edited(before: Partial<BlockSettings>, after: (email: string) => Partial<BlockSettings>): Action {
  return (writer, name, email) => ({
    address: `${writer.type}.${name}`,
    before: writer.block(name, { email, ...before }),
    after: writer.block(name, { email, ...before, ...after(email) }),
  });
}

const CREATE_FIRST = "lifecycle {\n    create_before_destroy = true\n  }";

const ACTIONS: Readonly<Record<string, Action>> = {
  keep: unedited(""),
  role: edited({}, () => ({ role: "owner" })),
  email: edited({}, (email) => ({ email: `new-${email}` })),
  role_create_first: edited({ more: CREATE_FIRST }, () => ({ role: "owner" })),
  email_create_first: edited({ more: CREATE_FIRST }, (email) => ({ email: `new-${email}` })),
  case_of_email: edited({}, (email) => ({ email: email.replace("case", "Case") })),
  taint: unedited("", { taint: true }),
  replace: unedited("", { replace: true }),
  replace_create_first: unedited(CREATE_FIRST, { replace: true }),
  // Each has a trigger of its own: one that fails keeps the trigger from being changed, and with it all that wait for
  // it.
  trigger: ({ type, block }, name, email) => {
    const more = `lifecycle {\n    replace_triggered_by = [terraform_data.${name}]\n  }`;
    const trigger = (value: number) => `resource "terraform_data" "${name}" {\n  input = ${value}\n}\n`;
    return {
      address: `${type}.${name}`,
      before: block(name, { email, more }) + trigger(1),
      after: block(name, { email, more }) + trigger(2),
    };
  },
  grant: unedited("", { grant: true }),
  key: ({ type, block }, name, email) => ({
    address: `${type}.${name}["k"]`,
    before: block(name, { email, more: 'for_each = toset(["k"])' }),
    after: block(name, { email, more: "for_each = toset([])" }),
  }),
  renamed_key: ({ type, block }, name, email) => ({
    address: `${type}.${name}["old"]`,
    before: block(name, { email, more: 'for_each = toset(["old"])' }),
    after: block(name, { email, more: 'for_each = toset(["new"])' }),
  }),
  index: ({ type, block }, name, email) => ({
    address: `${type}.${name}[0]`,
    before: block(name, { email, more: "count = 1" }),
    after: block(name, { email, more: "count = 0" }),
  }),
  block: ({ type, block }, name, email) => ({
    address: `${type}.${name}`,
    before: block(name, { email }),
    after: "",
  }),
  module: ({ type }, name, email) => ({
    address: `module.${name}.${type}.one`,
    before: `module "${name}" {\n  source = "./one"\n  email  = "${email}"\n}\n`,
    after: "",
  }),
  removed: ({ type, block }, name, email) => ({
    address: `${type}.${name}`,
    before: block(name, { email }),
    after: removed(`${type}.${name}`, false),
  }),
  removed_destroying: ({ type, block }, name, email) => ({
    address: `${type}.${name}`,
    before: block(name, { email }),
    after: removed(`${type}.${name}`, true),
  }),
  moved: ({ type, block }, name, email) => ({
    address: `${type}.${name}_there`,
    sentAs: `${type}.${name}`,
    before: block(name, { email }),
    after: block(`${name}_there`, { email }) + moved(`${type}.${name}`, `${type}.${name}_there`),
  }),
  moved_removed: ({ type, block }, name, email) => ({
    address: `${type}.${name}_gone`,
    sentAs: `${type}.${name}["k"]`,
    before: block(name, { email, more: 'for_each = toset(["k"])' }),
    after:
      block(name, { email, more: "for_each = toset([])" }) +
      moved(`${type}.${name}["k"]`, `${type}.${name}_gone`) +
      removed(`${type}.${name}_gone`, false),
  }),
  projects: ({ type, block, projects }, name, email) => ({
    address: `${type}.${name}`,
    before: block(name, { email, projects: projects("member") }),
    after: block(name, { email, projects: projects("member") + projects("owner").replace("proj_a", "proj_b") }),
  }),
  project_role: ({ type, block, projects }, name, email) => ({
    address: `${type}.${name}`,
    before: block(name, { email, projects: projects("member") }),
    after: block(name, { email, projects: projects("owner") }),
  }),
  projects_gone: ({ type, block, projects }, name, email) => ({
    address: `${type}.${name}`,
    before: block(name, { email, projects: projects("member") }),
    after: block(name, { email, projects: "" }),
  }),
};

function removed(from: string, destroy: boolean): string {
  return `removed {\n  from = ${from}\n  lifecycle {\n    destroy = ${destroy}\n  }\n}\n`;
}

function moved(from: string, to: string): string {
  return `moved {\n  from = ${from}\n  to   = ${to}\n}\n`;
}

/** An invite that cannot be sent without projects has none of them. */
const NONE = "projects = []\n  ";

/** How blocks of this dialect are written. */
export function writerOf({ resourceType: type, invite, unsendable }: StandInDialect): Writer {
  const syntax = invite.projectsBlock !== undefined ? "block" : "projects" in invite.attributes ? "attribute" : "none";
  const projects = (role: string): string => {
    if (syntax === "none") return "";
    const values = `id   = "proj_a"\n    role = "${role}"`;
    return syntax === "block" ? `projects {\n    ${values}\n  }\n  ` : `projects = [{\n    ${values}\n  }]\n  `;
  };
  const usual = (invite.projectsBlock?.min ?? 0) > 0 ? projects("member") : unsendable === undefined ? "" : NONE;
  return {
    type,
    // A second list in one argument is an element more.
    projects,
    block: (name, { email, role = "reader", more = "", projects: given = usual }) =>
      `resource "${type}" "${name}" {\n  email = "${email}"\n  role  = "${role}"\n  ${joined(given)}${more}\n}\n`,
  };
}

/** Two `projects = [...]` of one block as one. */
function joined(projects: string): string {
  return projects.replace(/\}\]\s+projects = \[\{/, "}, {");
}

/** A case of the story: one address, and what is done about it. */
export interface Case extends Edit {
  readonly action: string;
  readonly fate: Fate;
  readonly email: string;
}

/** A story to play: what is in the root module at first and then, and what happens in between. */
export interface Story {
  readonly cases: readonly Case[];
  /**
   * Addresses that go to people whose pending invite is deleted under another address by the same plan: Terraform does
   * the two in any order, and which one comes first decides.
   */
  readonly races: ReadonlySet<string>;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** What people, owners and the API itself do between the two. */
  happen(api: StandIn): void;
}

/** Actions on `projects`, which not every dialect has. */
const ABOUT_PROJECTS: ReadonlySet<string> = new Set(["projects", "project_role", "projects_gone", "grant"]);

/** Every action on invites of every one of these fates, in one root module. */
export function storyOf(dialect: StandInDialect, url: string, key: string, fates: readonly Fate[]): Story {
  const writer = writerOf(dialect);
  const hasProjects = writer.projects("member") !== "";
  const needsProjects = (dialect.invite.projectsBlock?.min ?? 0) > 0;
  const cases = Object.entries(ACTIONS)
    .filter(([action]) => hasProjects || !ABOUT_PROJECTS.has(action))
    .filter(([action]) => !needsProjects || action !== "projects_gone")
    .flatMap(([action, write]) =>
      fates.map((fate): Case => {
        const name = `${action}_${fate.replace("-", "_")}`;
        const email = `${action.replaceAll("_", "-")}-${fate}@example.com`;
        return { action, fate, email, ...write(writer, name, email) };
      }),
    );
  const fixed = settingsOf(dialect, url, key, writer);
  return {
    cases,
    races: new Set([`${writer.type}.renamed_key_pending["new"]`]),
    before: { ...fixed, "invites.tf": cases.map(({ before }) => before).join("\n") },
    after: { ...fixed, "invites.tf": cases.map(({ after }) => after).join("\n") + newcomers(writer) },
    happen(api) {
      for (const { email, fate, grant } of cases) {
        happens(api, email, fate);
        if (grant !== true) continue;
        const at = api.invites.findIndex((invite) => invite.email === email);
        const invite = api.invites[at];
        if (invite !== undefined) {
          api.invites[at] = { ...invite, projects: [...invite.projects, { id: "proj_granted", role: "member" }] };
        }
      }
      for (const [email, fate] of OTHERS) {
        api.invites.unshift({ ...someInvite(api), id: `invite-of-${email}`, email });
        happens(api, email, fate);
      }
    },
  };
}

/** The provider with its settings, and a module of one invite. */
export function settingsOf(
  { resourceType, source, version, settings }: StandInDialect,
  url: string,
  key: string,
  writer: Writer,
): Readonly<Record<string, string>> {
  const [localName = ""] = resourceType.split("_");
  const required = (more: string) =>
    `terraform {\n  required_providers {\n    ${localName} = {\n      source  = "${source}"${more}\n    }\n  }\n}\n`;
  const provider = `provider "${localName}" {\n  ${settings.url} = "${url}"\n  ${settings.key} = "${key}"\n}\n`;
  const one = writer.block("one", { email: "EMAIL" }).replace('"EMAIL"', "var.email");
  return {
    "main.tf": `${required(`\n      version = "${version}"`)}\n${provider}`,
    "one/main.tf": `${required("")}\nvariable "email" {\n  type = string\n}\n\n${one}`,
  };
}

/** People whose invites Terraform knows nothing of. */
const OTHERS: readonly (readonly [email: string, fate: Fate])[] = [
  ["new-member@example.com", "accepted"],
  ["new-lagging@example.com", "lagging"],
  ["new-departed@example.com", "departed"],
  ["new-invited@example.com", "pending"],
  ["new-expired@example.com", "expired"],
  ["New-Cased@Example.com", "pending"],
];

/** Invites that the edit adds: for people of every kind, and for one person twice. */
function newcomers({ block }: Writer): string {
  const emails = ["member", "lagging", "departed", "invited", "expired", "cased", "nobody", "twice", "twice"];
  // A person who has a pending invite in the same state.
  const again = block("new_beside", { email: "keep-pending@example.com" });
  return (
    emails.map((email, at) => block(`new_${at}_${email}`, { email: `new-${email}@example.com` })).join("\n") + again
  );
}

function someInvite(api: StandIn) {
  const [invite] = api.invites;
  if (invite === undefined) throw new Error("no invite was sent");
  const { created_at } = invite;
  return { ...invite, status: "pending", expires_at: created_at + WEEK, accepted_at: null, projects: [] };
}

function happens(api: StandIn, email: string, fate: Fate): void {
  const id = api.invites.find((invite) => invite.email === email)?.id;
  if (id === undefined) throw new Error(`${email} was not invited`);
  if (fate === "accepted" || fate === "departed") api.accept(id);
  if (fate === "departed") api.removeMember(email);
  if (fate === "lagging" || fate.endsWith("-member")) api.acceptButLag(id);
  if (fate.startsWith("expired")) api.expire(id);
  if (fate.startsWith("revoked")) api.revoke(id);
}
