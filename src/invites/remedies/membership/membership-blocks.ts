import type { ModuleNames, NamedBlock } from "../../../terraform/edit/module-names.js";
import type { NewBlock } from "../../../terraform/edit/new-blocks.js";
import { type Term, termOf } from "../../../terraform/edit/term.js";
import { quoteHclString } from "../../../terraform/hcl-string.js";
import type { MembershipTerms } from "../../providers/membership-terms.js";
import type { Grants, Project } from "./granted-projects.js";
import type { Recipients } from "./recipients.js";

export interface MembershipRequest {
  /** The invite's name. */
  readonly name: string;
  readonly recipients: Recipients;
  readonly grants: Grants;
  readonly terms: MembershipTerms;
  readonly names: ModuleNames;
  /** The provider configuration that the invite names. */
  readonly provider?: Term;
}

export interface Memberships {
  readonly blocks: readonly NewBlock[];
  readonly note?: string;
}

/** The name of the data source where the module has none yet. */
const LIST_NAME = "members";

const ROLE = "openai_project_role";

const EMAIL = 'lower(coalesce(user.email, "-"))';

/** Adds recipients to projects as soon as the list of members has them, and not before. */
export function membershipBlocks(request: MembershipRequest): Memberships {
  const { recipients, grants } = request;
  const local = namedRecipients(request);
  const listed = memberList(request, local?.name);
  const isMeant =
    recipients.kind === "one"
      ? ` if ${EMAIL} == ${recipients.email.hcl}`
      : grants.kind === "each"
        ? ""
        : ` if contains(local.${local?.name}, ${EMAIL})`;
  const made =
    grants.kind === "listed"
      ? ofListed(grants.projects, `toset([for user in ${listed.users} : user.id${isMeant}])`, request)
      : ofList(grants, { users: listed.users, isMeant, recipients: local?.name }, request);
  if (local === undefined) return { blocks: [...listed.blocks, ...made] };
  const note = `local.${local.name} lists the members from now on: add new people there too, and keep the people who have accepted`;
  return { blocks: [local.block, ...listed.blocks, ...made], note };
}

/** The recipients of an invite that repeats, in a local of their own. */
function namedRecipients({
  name,
  recipients,
  grants,
  names,
}: MembershipRequest): { readonly name: string; readonly block: NewBlock } | undefined {
  if (recipients.kind === "one") return undefined;
  const local = names.free("locals", "", [`${name}_members`]);
  const quoted = quoteHclString;
  const emails = [...new Set(recipients.people.map(({ email }) => email))];
  const [open, lines, close] =
    grants.kind === "each"
      ? [
          "[",
          grants.memberships.map(
            ({ email, project, role }) =>
              `{ email = ${quoted(email)}, project_id = ${quoted(project)}, role = ${quoted(role)} }`,
          ),
          "]",
        ]
      : ["toset([", emails.map((email) => quoted(email)), "])"];
  const value = [open, ...lines.map((line) => `  ${line},`), close].join("\n");
  const comment = "Separate from the invites: people who have accepted are removed there and stay here.";
  return { name: local, block: { keyword: "locals", comment, arguments: { [local]: value } } };
}

/** The data source that lists the members, and the expression that is the list. `local` names the recipients. */
function memberList(
  { name, recipients, grants, terms, names, provider }: MembershipRequest,
  local: string | undefined,
): { readonly users: string; readonly blocks: readonly NewBlock[] } {
  const { list, items } = terms;
  const known = terms.asksByEmail ? undefined : names.data(list).find((one) => listsEverybody(one, provider));
  const label = known?.name ?? names.free("data", list, [LIST_NAME, `${name}_${LIST_NAME}`]);
  const users = `data.${list}.${label}.${items}`;
  if (known !== undefined) return { users, blocks: [] };
  const made = (given: NewBlock["arguments"]) => [block("data", [list, label], provider, given)];
  if (!terms.asksByEmail) return { users, blocks: made({}) };
  if (recipients.kind === "one") return { users, blocks: made({ emails: `[${recipients.email.hcl}]` }) };
  const each = grants.kind === "each" ? `toset([for member in local.${local} : member.email])` : `local.${local}`;
  return {
    users: `flatten([for page in data.${list}.${label} : page.${items}])`,
    blocks: made({ for_each: each, emails: "[each.value]" }),
  };
}

function block(
  keyword: "data" | "resource",
  labels: readonly string[],
  provider: Term | undefined,
  given: NewBlock["arguments"],
): NewBlock {
  return { keyword, labels, arguments: { ...(provider && { provider }), ...given } };
}

/** A list with arguments may leave people out; one of another provider configuration has those of another organization. */
function listsEverybody(one: NamedBlock, provider: Term | undefined): boolean {
  const { body } = one.block;
  return (
    body.attributes().every(({ name }) => name === "provider") &&
    body.allBlocks().length === 0 &&
    hasProvider(one, provider)
  );
}

function hasProvider({ block: { body }, file }: NamedBlock, provider: Term | undefined): boolean {
  const given = body.attribute("provider")?.value;
  const term = given && termOf(given, file.text);
  return (term?.text ?? term?.hcl) === provider?.hcl && (given === undefined) === (provider === undefined);
}

/** One resource for each project. */
function ofListed(projects: readonly Project[], users: string, request: MembershipRequest): NewBlock[] {
  const { name, terms, names, provider } = request;
  const labels = new Set<string>();
  const roles = new Map<string, string>();
  return projects.flatMap(({ id, role }, index) => {
    const wanted = projects.length === 1 ? name : `${name}_${index + 1}`;
    const label = freeBeside(labels, [wanted], (all) => names.free("resource", terms.user, all));
    labels.add(label);
    const look = terms.role === "ids" ? roleLookUp({ id, role }, request, roles) : undefined;
    const user = block("resource", [terms.user, label], provider, {
      for_each: users,
      project_id: id,
      user_id: "each.value",
      ...(look === undefined ? { role } : { role_ids: `[data.${ROLE}.${look.name}.role_id]` }),
    });
    return look?.block === undefined ? [user] : [look.block, user];
  });
}

/** The first of the wanted names, or of the last one with a number, that is neither in the module nor just made. */
function freeBeside(
  made: ReadonlySet<string>,
  wanted: readonly string[],
  free: (wanted: readonly string[]) => string,
): string {
  const numbers = Array.from({ length: made.size + 1 }, (_, index) => `${wanted.at(-1)}_${index + 2}`);
  return free([...wanted, ...numbers].filter((one) => !made.has(one)));
}

/** The data source that knows the id of a role of a project: one that is there, or that was just made, or a new one. */
function roleLookUp(
  { id, role }: Project,
  { name, names, provider }: MembershipRequest,
  made: Map<string, string>,
): { readonly name: string; readonly block?: NewBlock } {
  const key = `${id.hcl}\0${role.hcl}`;
  const known =
    made.get(key) ??
    names.data(ROLE).find((one) => {
      const { body } = one.block;
      const written = ["project_id", "name"].map((argument) => body.attribute(argument)?.value);
      const [project, roleName] = written.map((value) => value && termOf(value, one.file.text)?.hcl);
      const repeats = body.attributes().length !== (provider === undefined ? 2 : 3);
      return project === id.hcl && roleName === role.hcl && !repeats && hasProvider(one, provider);
    })?.name;
  if (known !== undefined) return { name: known };
  const plain = role.text !== undefined && /^[A-Za-z_][\w-]*$/.test(role.text) ? role.text : "role";
  const wanted = [plain, `${name}_${plain}`];
  const label = freeBeside(new Set(made.values()), wanted, (all) => names.free("data", ROLE, all));
  made.set(key, label);
  return { name: label, block: block("data", [ROLE, label], provider, { project_id: id, name: role }) };
}

/** One resource for all projects, over a list of them in a local. */
function ofList(
  grants: Exclude<Grants, { readonly kind: "listed" }>,
  list: { readonly users: string; readonly isMeant: string; readonly recipients: string | undefined },
  { name, terms, names, provider }: MembershipRequest,
): NewBlock[] {
  const label = names.free("resource", terms.user, [name]);
  const local =
    (grants.kind === "each" ? list.recipients : undefined) ?? names.free("locals", "", [`${name}_projects`]);
  const one = grants.kind === "each" ? "member" : "project";
  const own = grants.kind === "each" ? ` if member.email == ${EMAIL}` : "";
  const role = terms.role === "ids" ? names.free("data", ROLE, [name]) : undefined;
  const blocks: NewBlock[] = [];
  if (grants.kind === "computed") blocks.push({ keyword: "locals", arguments: { [local]: grants.list } });
  if (role !== undefined) {
    const look = block("data", [ROLE, role], provider, {
      for_each: `{ for ${one} in local.${local} : "\${${one}.project_id}/\${${one}.role}" => ${one}... }`,
      project_id: "each.value[0].project_id",
      name: "each.value[0].role",
    });
    blocks.push(look);
  }
  const user = block("resource", [terms.user, label], provider, {
    for_each: [
      `merge([for user in ${list.users} : {`,
      `  for ${one} in local.${local} : "\${${one}.project_id}/\${user.id}" => merge(${one}, { user_id = user.id })${own}`,
      `}${list.isMeant}]...)`,
    ].join("\n"),
    project_id: "each.value.project_id",
    user_id: "each.value.user_id",
    ...(role === undefined
      ? { role: "each.value.role" }
      : { role_ids: `[data.${ROLE}.${role}["\${each.value.project_id}/\${each.value.role}"].role_id]` }),
  });
  return [...blocks, user];
}
