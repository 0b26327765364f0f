import type { Configuration, ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { textOf } from "../../terraform/configuration/module-definition.js";
import type { Body, Expression } from "../../terraform/configuration/syntax.js";
import type { SourceRange } from "../../terraform/source-range.js";
import type { Assessment } from "../assessment.js";
import { identifyProvider } from "../dialects.js";
import { type FixResult, refuse, type TextEdit } from "./fix.js";
import { isJson, lineEndAt, lineStart, resourceAt, slice, textOfFile, wholeLines, whyReplaced } from "./places.js";

/** The data source that lists an organization's members, by dialect: those whose openai_project_user takes a plain role. */
const MEMBER_LISTS: Readonly<Record<string, string>> = {
  openai: "openai_organization_users",
  "jianyuan-0.3": "openai_users",
  "jianyuan-0.4": "openai_users",
  "jianyuan-0.7": "openai_users",
};

/** The name of the data source where the module has none yet. */
const LIST_NAME = "members";

/**
 * Takes the projects out of the invite and adds the person to each by a resource of its own, once they are a member: for
 * nobody before the acceptance, so that it plans on either side of it.
 */
export function separateProjects(range: SourceRange, assessment: Assessment): FixResult {
  const resource = resourceAt(range, assessment);
  if (resource === undefined || isJson(range.file)) return refuse("projects in JSON syntax are left to you");
  const { dialect } = identifyProvider({ ...resource.provider, resourceType: resource.type });
  const list = MEMBER_LISTS[dialect.id];
  if (list === undefined) return refuse(whyNot(dialect.id));
  if (resource.repetition.kind !== "single") return refuse(`an invite with ${resource.repetition.kind} is left to you`);
  const replaced = whyReplaced(assessment, resource);
  if (replaced !== undefined) return refuse(replaced);
  const { body } = resource.block;
  const text = textOfFile(range.file, assessment);
  const email = body.attribute("email")?.value;
  const projects = projectsIn(body, text);
  if (email === undefined || projects === undefined) return refuse("its projects are not written out one by one");

  const { configuration } = assessment.inventory;
  const known = listIn(configuration, resource, list);
  const names = freeNames(configuration, resource, projects.length);
  const lineEnd = lineEndAt(text, resource.block.range.start.offset);
  const blocks = [
    ...(known === undefined ? [`data "${list}" "${LIST_NAME}" {}`] : []),
    ...projects.map(({ id, role }, index) =>
      [
        `resource "openai_project_user" "${names[index]}" {`,
        `  for_each   = toset([for user in data.${list}.${known ?? LIST_NAME}.users : user.id if lower(coalesce(user.email, "-")) == ${lowered(email, text)}])`,
        `  project_id = ${id}`,
        "  user_id    = each.value",
        `  role       = ${role}`,
        "}",
      ].join(lineEnd),
    ),
  ];
  const end = wholeLines(text, resource.block.range.end.offset, resource.block.range.end.offset).end;
  const isLast = end === text.length && !text.endsWith("\n");
  const added = blocks.map((block) => `${lineEnd}${block}`).join(lineEnd);
  const insertion = isLast ? `${lineEnd}${added}` : `${added}${lineEnd}`;
  return {
    kind: "fix",
    fix: {
      title: "Invite to the organization only, and add the member to projects by openai_project_user",
      edits: [
        ...projects.flatMap(({ written }) => (written === undefined ? [] : [removal(text, written)])),
        { file: range.file, start: end, end, text: insertion },
      ],
    },
  };
}

/** The address in lower case: a literal as one, anything else by a function. */
function lowered(email: Expression, text: string): string {
  const written = slice(text, email.range);
  return email.kind === "literal" && !written.includes("\\") ? written.toLowerCase() : `lower(${written})`;
}

function whyNot(dialect: string): string {
  if (dialect === "mkdev-me-1") return "mkdev-me/openai 1.x insists on projects; from 2.0.0 on they may be left out";
  if (dialect === "mkdev-me-2")
    return "openai_project_user of mkdev-me/openai takes role_ids, which are not known here";
  return "the way to add members to projects is not known for this provider and version";
}

interface Project {
  /** As written. */
  readonly id: string;
  readonly role: string;
  /** What to take out of the invite: the nested block, or with the first one the whole attribute. */
  readonly written?: SourceRange;
}

function projectsIn(body: Body, text: string): readonly Project[] | undefined {
  const blocks = body.blocks("projects", 0);
  const attribute = body.attribute("projects");
  if (body.blocks("dynamic", 1).some(({ labels }) => labels[0]?.value === "projects")) return undefined;
  const read = (id: Expression | undefined, role: Expression | undefined, written: SourceRange | undefined) =>
    id === undefined || role === undefined
      ? []
      : [{ id: slice(text, id.range), role: slice(text, role.range), ...(written !== undefined && { written }) }];
  const fromBlocks = blocks.flatMap((block) =>
    read(block.body.attribute("id")?.value, block.body.attribute("role")?.value, block.range),
  );
  if (attribute === undefined) return fromBlocks.length === blocks.length ? fromBlocks : undefined;
  if (attribute.value.kind !== "tuple" || blocks.length > 0) return undefined;
  const { items } = attribute.value;
  const fromItems = items.flatMap((item, index) => {
    if (item.kind !== "object") return [];
    const member = (name: string) => item.items.find(({ key }) => textOf(key) === name)?.value;
    return read(member("id"), member("role"), index === 0 ? attribute.range : undefined);
  });
  return fromItems.length === items.length ? fromItems : undefined;
}

/** The lines of an argument or a nested block, with the blank line that parted it from what stands above. */
function removal(text: string, written: SourceRange): TextEdit {
  const lines = wholeLines(text, written.start.offset, written.end.offset);
  const above = lineStart(text, Math.max(0, lines.start - 1));
  const isBlankAbove = /^[ \t]*\r?\n$/.test(text.slice(above, lines.start));
  return { file: written.file, start: isBlankAbove ? above : lines.start, end: lines.end, text: "" };
}

/** A list of members that the module has already; one with arguments may leave people out. */
function listIn({ related }: Configuration, resource: ConfiguredResource, type: string): string | undefined {
  return related.find(
    (one) =>
      one.mode === "data" &&
      one.type === type &&
      one.repetition.kind === "single" &&
      one.arguments.size === 0 &&
      one.modulePath.join(".") === resource.modulePath.join("."),
  )?.name;
}

/** The invite's own name, numbered where it is taken or there are several projects. */
function freeNames({ related }: Configuration, resource: ConfiguredResource, count: number): string[] {
  const taken = new Set(
    related.flatMap(({ type, name, mode }) => (mode === "managed" && type === "openai_project_user" ? [name] : [])),
  );
  const names: string[] = [];
  for (let number = 1; names.length < count; number += 1) {
    const name = number === 1 && count === 1 ? resource.name : `${resource.name}_${number}`;
    if (!taken.has(name)) names.push(name);
  }
  return names;
}
