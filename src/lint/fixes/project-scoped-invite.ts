import path from "node:path";
import { findNodeAtOffset, type Node } from "jsonc-parser";
import { defined } from "../../base/defined.js";
import type { Assessment } from "../../invites/planned/assessment.js";
import { holdsForAll, identifyProvider } from "../../invites/providers/identify.js";
import { membershipTerms } from "../../invites/providers/membership-terms.js";
import { moduleResource } from "../../invites/references.js";
import { grantsOf, rangesOf, writtenProjects } from "../../invites/remedies/membership/granted-projects.js";
import { type Memberships, membershipBlocks } from "../../invites/remedies/membership/membership-blocks.js";
import { OF_INSTANCE, recipientsOf } from "../../invites/remedies/membership/recipients.js";
import { invalidRole } from "../../invites/rules/invalid-role.js";
import type { ConfiguredResource } from "../../terraform/configuration/configuration.js";
import { ownScope } from "../../terraform/configuration/evaluation/evaluate.js";
import { commentsOf } from "../../terraform/configuration/syntax/comments.js";
import type { Expression } from "../../terraform/configuration/syntax/syntax.js";
import { realigned } from "../../terraform/edit/alignment.js";
import { bodyNodeOf, memberOf, treeOf, without } from "../../terraform/edit/json-edits.js";
import { namesOf } from "../../terraform/edit/module-names.js";
import { addedBy, argumentTexts, type NewBlock, nativeBlock, withJsonBlock } from "../../terraform/edit/new-blocks.js";
import { isOf, lineEndAt, lineStart, slice, wholeLines } from "../../terraform/edit/positions.js";
import { mentions, type Term, termOf } from "../../terraform/edit/term.js";
import { editBetween, type TextEdit } from "../../terraform/edit/text-edit.js";
import { isJsonFile } from "../../terraform/files/file-names.js";
import { isInside, type SourceRange } from "../../terraform/source-range.js";
import { BLOCK_NOT_FOUND, type FixResult, OVERRIDDEN, refuse, textOfFile, whyReplaced } from "./fix-result.js";

const TITLE = "Invite to the organization only, and add the member to projects by a resource of its own";

/**
 * Removes the projects from the invite and adds the person to each with a separate resource, once they are a member: for
 * no one before the acceptance, so the configuration plans before and after it.
 */
export function separateProjects(range: SourceRange, assessment: Assessment): FixResult {
  const { configuration } = assessment.inventory;
  const resource = configuration.resources.find(({ mode, block }) => mode === "managed" && isOf(range, block));
  if (resource === undefined) return OVERRIDDEN;
  const identity = identifyProvider({ ...resource.provider, resourceType: resource.type });
  if (holdsForAll(identity, ({ omittedProjects }) => omittedProjects === "fails"))
    return emptyProjects(resource, range, assessment, identity.label);
  const terms = membershipTerms(identity);
  if (typeof terms === "string") return refuse(terms);
  const replaced = whyReplaced(assessment, resource) ?? whyRead(resource, assessment) ?? whyWrong(resource, assessment);
  if (replaced !== undefined) return refuse(replaced);

  const { block } = resource;
  // A membership beside it would not be switched off with it.
  if (block.body.blocks("lifecycle", 0).some(({ body }) => body.attribute("enabled") !== undefined))
    return refuse(
      "lifecycle { enabled } decides whether it invites anyone, and a membership would be granted regardless",
    );
  const text = textOfFile(range.file, assessment);
  const email = block.body.attribute("email")?.value;
  if (email === undefined) return refuse("it has no address");
  const written = writtenProjects(block.body);
  const provider = block.body.attribute("provider")?.value;
  if (
    [email, provider].some((one) => one !== undefined && !isInside(one.range, block.range)) ||
    !rangesOf(written).every((one) => isInside(one, block.range))
  )
    return OVERRIDDEN;
  const names = namesOf(configuration, resource);
  const recipients = recipientsOf(resource, email, text, ownScope(names.locals), configuration);
  if (typeof recipients === "string") return refuse(recipients);
  const grants = grantsOf(written, recipients, resource, text, (name) => names.locals.get(name)?.value);
  if (typeof grants === "string") return refuse(grants);
  const configured = provider && providerTerm(provider, text);
  if (provider !== undefined && configured === undefined)
    return refuse("its provider differs from instance to instance");

  const given = { name: resource.name, recipients, grants, terms, names };
  const made = membershipBlocks({ ...given, ...(configured && { provider: configured }) });
  const edits = isJsonFile(range.file)
    ? jsonEdits(text, resource, made)
    : nativeEdits(text, resource, rangesOf(written), made);
  if (edits === undefined) return BLOCK_NOT_FOUND;
  const module = path.posix.dirname(resource.file.file);
  const makes = made.blocks.flatMap(addedBy).map((one) => `${module} ${one}`);
  return { kind: "fix", fix: { title: TITLE, edits, makes, ...defined({ note: made.note }) } };
}

/** Where an invite cannot be sent without `projects`: an empty list. */
function emptyProjects(
  resource: ConfiguredResource,
  { file }: SourceRange,
  assessment: Assessment,
  provider: string,
): FixResult {
  const { block } = resource;
  const replaced = whyReplaced(assessment, resource) ?? whyRead(resource, assessment);
  if (replaced !== undefined) return refuse(replaced);
  const written = block.body.attribute("projects");
  if (written === undefined) return refuse("this provider takes projects as an argument, and not as a block");
  const { range } = written.value;
  if (!isInside(range, block.range)) return OVERRIDDEN;
  if (commentsOf(resource.file).some((comment) => isInside(comment.range, range)))
    return refuse("a comment in it would be lost");
  const edit = { file, start: range.start.offset, end: range.end.offset, text: "[]" };
  const note = `${provider} can't add a member to a project: a person who accepts is in no project until you add them in the organization's settings`;
  return {
    kind: "fix",
    fix: { title: "Invite to the organization only, by an empty list of projects", edits: [edit], note },
  };
}

/** `openai.eu`, as either syntax has it. */
function providerTerm(provider: Expression, text: string): Term | undefined {
  if (mentions(provider, OF_INSTANCE)) return undefined;
  const term = termOf(provider, text);
  return term && { hcl: term.text ?? term.hcl };
}

/** An expression that reads the projects of the invite would find none. */
function whyRead(resource: ConfiguredResource, { inventory }: Assessment): string | undefined {
  const reader = inventory.configuration.references.find(
    ({ target, attributes, modulePath }) =>
      target.mode === "managed" &&
      target.type === resource.type &&
      target.name === resource.name &&
      attributes.includes("projects") &&
      modulePath.join(".") === resource.modulePath.join("."),
  );
  return (
    reader &&
    `${reader.from} reads the projects of ${moduleResource(resource)} (${reader.range.file}:${reader.range.start.line})`
  );
}

/** A wrong role that is moved along might not be found where it is then. */
function whyWrong({ block }: ConfiguredResource, assessment: Assessment): string | undefined {
  const wrong = invalidRole.find(assessment).some(({ range }) => range !== undefined && isInside(range, block.range));
  return wrong ? "a role in it is not one that OpenAI knows, which comes first" : undefined;
}

function nativeEdits(
  text: string,
  { block, file }: ConfiguredResource,
  projects: readonly SourceRange[],
  { blocks }: Memberships,
): TextEdit[] {
  const comments = commentsOf(file);
  const removals = projects.map((range) => removal(text, range, comments));
  const lineEnd = lineEndAt(text, block.range.start.offset);
  // Those in an expression that is written down again are there already.
  const copied = blocks.flatMap(argumentTexts).join("\n");
  const above = comments
    .filter(({ range: { start, end } }) => removals.some((one) => one.start <= start.offset && end.offset <= one.end))
    .map(({ range }) => slice(text, range))
    .filter((comment) => !copied.includes(comment));
  const added = withCommentsAbove(blocks, above)
    .map((one) => lineEnd + nativeBlock(one, lineEnd))
    .join(lineEnd);
  const close = block.range.end.offset;
  const end = pastComments(text, wholeLines(text, close, close).end, close, comments);
  const isLast = end === text.length && !text.endsWith("\n");
  const insertion = isLast ? `${lineEnd}${added}` : `${added}${lineEnd}`;
  const named = block.body.attributes().map(({ range: { start, end: last }, nameRange }) => {
    return { start: start.offset, nameEnd: nameRange.end.offset, end: last.offset };
  });
  return [...removals, ...realigned(file, named, removals), { file: file.file, start: end, end, text: insertion }];
}

/** Comments on the projects stay with the first resource that grants them. */
function withCommentsAbove(blocks: readonly NewBlock[], above: readonly string[]): NewBlock[] {
  const firstUser = blocks.find(({ keyword }) => keyword === "resource");
  return blocks.map((one) => (one === firstUser ? { ...one, above } : one));
}

type Ranged = readonly { readonly range: SourceRange }[];

/**
 * The lines of an argument or a nested block, with the blank line that separated it from what is above, unless that
 * parts others, too.
 */
function removal(text: string, written: SourceRange, comments: Ranged): TextEdit {
  const lines = wholeLines(text, written.start.offset, written.end.offset);
  const above = lineStart(text, Math.max(0, lines.start - 1));
  const end = pastComments(text, lines.end, written.end.offset, comments);
  const isBlankAbove = /^[ \t]*\r?\n$/.test(text.slice(above, lines.start));
  const partsNothing = /^[ \t]*(?:\}|\r?\n)/.test(text.slice(end));
  return { file: written.file, start: isBlankAbove && partsNothing ? above : lines.start, end, text: "" };
}

/** The end of lines, or of those that a comment goes on over which begins behind `from`. */
function pastComments(text: string, end: number, from: number, comments: Ranged): number {
  const across = comments.find(
    ({ range }) => from <= range.start.offset && range.start.offset < end && range.end.offset > end,
  );
  return across === undefined
    ? end
    : pastComments(text, wholeLines(text, end, across.range.end.offset).end, across.range.end.offset, comments);
}

function jsonEdits(text: string, { block, file }: ConfiguredResource, { blocks }: Memberships): TextEdit[] | undefined {
  const start = bodyNodeOf(treeOf(text), block.range)?.offset;
  if (start === undefined) return undefined;
  const comments: string[] = [];
  let written = text;
  for (let found = projectsAt(written, start); found !== undefined; found = projectsAt(written, start)) {
    const { offset, length } = found;
    const kept =
      written === text
        ? commentsOf(file).filter(({ range }) => offset <= range.start.offset && range.end.offset <= offset + length)
        : [];
    comments.push(...kept.map(({ text: raw }) => String(JSON.parse(`"${raw}"`))));
    written = without(written, found);
  }
  for (const one of withCommentsAbove(blocks, comments)) {
    const next = withJsonBlock(written, one);
    if (next === undefined) return undefined;
    written = next;
  }
  const edit = editBetween(block.range.file, text, written);
  return edit && [edit];
}

/** The value of `projects`, or that of a `dynamic` block, in the body that begins there. */
function projectsAt(text: string, start: number): Node | undefined {
  const tree = treeOf(text);
  const body = tree && findNodeAtOffset(tree, start);
  if (body === undefined) return undefined;
  const dynamic = memberOf(body, "dynamic");
  const holders = dynamic?.type === "array" ? (dynamic.children ?? []) : dynamic === undefined ? [] : [dynamic];
  return memberOf(body, "projects") ?? holders.flatMap((holder) => memberOf(holder, "projects") ?? [])[0];
}
