import type { ModuleNames, NamedBlock } from "../../../terraform/edit/module-names.js";
import { expression, lines, type NewArgument, type NewBlock } from "../../../terraform/edit/new-blocks.js";
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

const EMAIL = 'lower(coalesce(user.email, "-"))';

/** What adds people to projects as soon as the list of members has them, and nobody before. */
export function membershipBlocks(request: MembershipRequest): Memberships {
  const { recipients, grants } = request;
  const named = namedRecipients(request);
  const listed = memberList(request, named);
  const { users } = listed;
  const isMeant =
    recipients.kind === "one"
      ? ` if ${EMAIL} == ${recipients.email.hcl}`
      : grants.kind === "each"
        ? ""
        : ` if contains(local.${named?.name}, ${EMAIL})`;
  const before = [...(named === undefined ? [] : [named.block]), ...listed.blocks];
  const note =
    named === undefined
      ? undefined
      : `local.${named.name} names the members from now on: add new people there, too, and leave in it whoever has accepted`;
  const made =
    grants.kind === "listed"
      ? ofListed(grants.projects, `toset([for user in ${users} : user.id${isMeant}])`, request)
      : ofList(grants, users, isMeant, named?.name, request);
  return { blocks: [...before, ...made], ...(note !== undefined && { note }) };
}

const KEPT_APART = "Kept apart from the invites: whoever has accepted is dropped there, and stays here.";

/** The people of an invite that repeats, in a local of their own. */
function namedRecipients({
  name,
  recipients,
  grants,
  names,
}: MembershipRequest): { name: string; block: NewBlock } | undefined {
  if (recipients.kind === "one") return undefined;
  const local = names.free("locals", "", [`${name}_members`]);
  const value =
    grants.kind === "each"
      ? lines(
          "[",
          ...grants.memberships.map(
            ({ email, project, role }) =>
              `  { email = ${quoteHclString(email)}, project_id = ${quoteHclString(project)}, role = ${quoteHclString(role)} },`,
          ),
          "]",
        )
      : lines(
          "toset([",
          ...distinct(recipients.people.map(({ email }) => email)).map((email) => `  ${quoteHclString(email)},`),
          "])",
        );
  return {
    name: local,
    block: { keyword: "locals", labels: [], comment: KEPT_APART, arguments: [{ name: local, value }] },
  };
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/** The data source that lists the members, and the expression that is the list. */
function memberList(
  { name, recipients, grants, terms, names, provider }: MembershipRequest,
  named: { readonly name: string } | undefined,
): { readonly users: string; readonly blocks: readonly NewBlock[] } {
  const { list, items } = terms;
  const block = (label: string, given: readonly NewArgument[]): NewBlock => ({
    keyword: "data",
    labels: [list, label],
    arguments: [...withProvider(provider), ...given],
  });
  if (!terms.asksByEmail) {
    const known = names.data(list).find((one) => listsEverybody(one, provider));
    const label = known?.name ?? names.free("data", list, [LIST_NAME, `${name}_${LIST_NAME}`]);
    return { users: `data.${list}.${label}.${items}`, blocks: known === undefined ? [block(label, [])] : [] };
  }
  const label = names.free("data", list, [LIST_NAME, `${name}_${LIST_NAME}`]);
  if (recipients.kind === "one") {
    const emails = { name: "emails", value: expression(`[${recipients.email.hcl}]`) };
    return { users: `data.${list}.${label}.${items}`, blocks: [block(label, [emails])] };
  }
  const each =
    grants.kind === "each" ? `toset([for member in local.${named?.name} : member.email])` : `local.${named?.name}`;
  return {
    users: `flatten([for page in data.${list}.${label} : page.${items}])`,
    blocks: [
      block(label, [
        { name: "for_each", value: expression(each) },
        { name: "emails", value: expression("[each.value]") },
      ]),
    ],
  };
}

/** A list with arguments may leave people out; one of another provider configuration has those of another organization. */
function listsEverybody({ block, file }: NamedBlock, provider: Term | undefined): boolean {
  const others = block.body.attributes().filter(({ name }) => name !== "provider");
  return others.length === 0 && block.body.allBlocks().length === 0 && hasProvider({ block, file }, provider);
}

function hasProvider({ block, file }: Pick<NamedBlock, "block" | "file">, provider: Term | undefined): boolean {
  const given = block.body.attribute("provider")?.value;
  const term = given && termOf(given, file.text);
  return (term?.text ?? term?.hcl) === provider?.hcl && (given === undefined) === (provider === undefined);
}

function withProvider(provider: Term | undefined): NewArgument[] {
  return provider === undefined ? [] : [{ name: "provider", value: provider }];
}

/** One resource for each project. */
function ofListed(projects: readonly Project[], users: string, request: MembershipRequest): NewBlock[] {
  const { name, terms, names, provider } = request;
  const labels = new Set<string>();
  const roles = new Map<string, string>();
  return projects.flatMap(({ id, role }, index) => {
    const label = freeLabel(names, terms.user, projects.length === 1 ? name : `${name}_${index + 1}`, labels);
    const look = terms.role === "ids" ? roleLookUp({ id, role }, request, roles) : undefined;
    const user: NewBlock = {
      keyword: "resource",
      labels: [terms.user, label],
      arguments: [
        ...withProvider(provider),
        { name: "for_each", value: expression(users) },
        { name: "project_id", value: id },
        { name: "user_id", value: expression("each.value") },
        look === undefined
          ? { name: "role", value: role }
          : { name: "role_ids", value: expression(`[data.${ROLE}.${look.name}.role_id]`) },
      ],
    };
    return [...(look?.block === undefined ? [] : [look.block]), user];
  });
}

function freeLabel(names: ModuleNames, type: string, wanted: string, taken: Set<string>): string {
  const numbers = Array.from({ length: taken.size + 1 }, (_, index) => `${wanted}_${index + 2}`);
  const label = names.free(
    "resource",
    type,
    [wanted, ...numbers].filter((one) => !taken.has(one)),
  );
  taken.add(label);
  return label;
}

const ROLE = "openai_project_role";

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
      const terms = ["project_id", "name"].map((argument) => one.block.body.attribute(argument)?.value);
      const [project, roleName] = terms.map((term) => term && termOf(term, one.file.text)?.hcl);
      const repeats = one.block.body.attributes().length !== 2 + withProvider(provider).length;
      return project === id.hcl && roleName === role.hcl && !repeats && hasProvider(one, provider);
    })?.name;
  if (known !== undefined) return { name: known };
  const plain = role.text !== undefined && /^[A-Za-z_][\w-]*$/.test(role.text) ? role.text : "role";
  const taken = new Set(made.values());
  const numbers = Array.from({ length: taken.size + 1 }, (_, index) => `${name}_${plain}_${index + 2}`);
  const label = names.free(
    "data",
    ROLE,
    [plain, `${name}_${plain}`, ...numbers].filter((one) => !taken.has(one)),
  );
  made.set(key, label);
  const block: NewBlock = {
    keyword: "data",
    labels: [ROLE, label],
    arguments: [...withProvider(provider), { name: "project_id", value: id }, { name: "name", value: role }],
  };
  return { name: label, block };
}

/** One resource for all projects, over a list of them in a local. */
function ofList(
  grants: Exclude<Grants, { readonly kind: "listed" }>,
  users: string,
  isMeant: string,
  people: string | undefined,
  { name, terms, names, provider }: MembershipRequest,
): NewBlock[] {
  const label = names.free("resource", terms.user, [name]);
  const local = grants.kind === "each" ? people : names.free("locals", "", [`${name}_projects`]);
  const one = grants.kind === "each" ? "member" : "project";
  const own = grants.kind === "each" ? ` if member.email == ${EMAIL}` : "";
  const blocks: NewBlock[] =
    grants.kind === "each"
      ? []
      : [{ keyword: "locals", labels: [], arguments: [{ name: local ?? "", value: grants.list }] }];
  const role = terms.role === "ids" ? names.free("data", ROLE, [name]) : undefined;
  if (role !== undefined) {
    blocks.push({
      keyword: "data",
      labels: [ROLE, role],
      arguments: [
        ...withProvider(provider),
        {
          name: "for_each",
          value: expression(`{ for ${one} in local.${local} : "\${${one}.project_id}/\${${one}.role}" => ${one}... }`),
        },
        { name: "project_id", value: expression("each.value[0].project_id") },
        { name: "name", value: expression("each.value[0].role") },
      ],
    });
  }
  blocks.push({
    keyword: "resource",
    labels: [terms.user, label],
    arguments: [
      ...withProvider(provider),
      {
        name: "for_each",
        value: lines(
          `merge([for user in ${users} : {`,
          `  for ${one} in local.${local} : "\${${one}.project_id}/\${user.id}" => merge(${one}, { user_id = user.id })${own}`,
          `}${isMeant}]...)`,
        ),
      },
      { name: "project_id", value: expression("each.value.project_id") },
      { name: "user_id", value: expression("each.value.user_id") },
      role === undefined
        ? { name: "role", value: expression("each.value.role") }
        : {
            name: "role_ids",
            value: expression(`[data.${ROLE}.${role}["\${each.value.project_id}/\${each.value.role}"].role_id]`),
          },
    ],
  });
  return blocks;
}
