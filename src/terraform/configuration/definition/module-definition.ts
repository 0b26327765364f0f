import { defined } from "../../../base/defined.js";
import { isIdentifier } from "../../addresses/address-parser.js";
import type { SourceRange } from "../../source-range.js";
import { parseExpression } from "../syntax/parse-file.js";
import type { Attribute, Block, Expression, ParsedFile, SyntaxProblem } from "../syntax/syntax.js";
import { literalText, memberNamed } from "../syntax/traversal.js";
import { mergedBlock } from "./override.js";
import { ANY, type TypeConstraint, typeConstraint } from "./type-constraint.js";

/** A block and the file that it begins in. */
export interface PlacedBlock {
  readonly file: ParsedFile;
  readonly block: Block;
}

export interface VariableDeclaration {
  readonly name: string;
  readonly type: TypeConstraint;
  /** Whether a type is stated. */
  readonly typed: boolean;
  readonly nullable: boolean;
  readonly sensitive: boolean;
  /** Expression of the default, and the file that it is in. */
  readonly fallback?: { readonly value: Expression; readonly file: ParsedFile };
}

export interface RequiredProvider {
  /** As written, not normalised. */
  readonly source?: string;
  readonly constraints: readonly string[];
  /** The whole entry. */
  readonly range: SourceRange;
}

export interface DeclaredResource extends PlacedBlock {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
}

/** What the files of one module declare, override files laid over the others. */
export interface ModuleDefinition {
  readonly files: readonly ParsedFile[];
  readonly variables: ReadonlyMap<string, VariableDeclaration>;
  readonly locals: ReadonlyMap<string, Attribute>;
  readonly outputs: ReadonlyMap<string, PlacedBlock>;
  readonly calls: ReadonlyMap<string, PlacedBlock>;
  /** Problems with names of module calls and wanted resources that Terraform rejects; these blocks are skipped. */
  readonly invalidNames: readonly SyntaxProblem[];
  /** Of the wanted types only. */
  readonly resources: readonly DeclaredResource[];
  /** Provider configurations, by local name and alias: `acme`, `acme.eu`. */
  readonly providers: ReadonlyMap<string, PlacedBlock>;
  readonly requiredProviders: ReadonlyMap<string, RequiredProvider>;
  readonly requiredVersion: readonly { readonly constraint: string; readonly file: string }[];
  /** OpenTofu's `language { compatible_with { opentofu = … } }`, empty where a block says no more. */
  readonly language: readonly string[];
  readonly backend?: Block;
  readonly cloud?: Block;
  /** `moved`, `removed` and `import` blocks. */
  readonly refactorings: readonly PlacedBlock[];
}

export interface ModuleFile {
  readonly file: ParsedFile;
  readonly override: boolean;
}

/** Collects what a module declares. Files come primary first, overrides last, each in lexical order. */
export async function defineModule(
  files: readonly ModuleFile[],
  isWanted: (type: string) => boolean,
): Promise<ModuleDefinition> {
  const variables = new Map<string, VariableDeclaration>();
  for (const [name, placed] of collect(files, "variable", 1))
    variables.set(name, await variableOf(name, placed, files));
  const locals = new Map<string, Attribute>();
  for (const { block } of all(files, "locals", 0)) {
    for (const attribute of block.body.attributes()) locals.set(attribute.name, attribute);
  }
  return {
    files: files.map(({ file }) => file),
    variables,
    locals,
    outputs: collect(files, "output", 1),
    calls: collect(files, "module", 1, validName),
    invalidNames: invalidNames(files, isWanted),
    resources: [
      ...resourcesOf(files, "resource", "managed", isWanted),
      ...resourcesOf(files, "data", "data", isWanted),
    ],
    providers: collect(files, "provider", 1, providerName),
    ...terraformBlocks(files),
    refactorings: ["moved", "removed", "import"].flatMap((kind) => all(files, kind, 0)),
  };
}

function all(
  files: readonly ModuleFile[],
  type: string,
  labels: number,
): readonly (PlacedBlock & { override: boolean })[] {
  return files.flatMap(({ file, override }) =>
    file.body.blocks(type, labels).map((block) => ({ file, block, override })),
  );
}

/** Blocks by name. In override files a block is laid over the one of its name; elsewhere the first of a name stays. */
function collect(
  files: readonly ModuleFile[],
  type: string,
  labels: number,
  nameOf: (block: Block) => string | undefined = (block) => block.labels.map((label) => label.value).join("."),
): Map<string, PlacedBlock> {
  const found = new Map<string, PlacedBlock>();
  for (const { file, block, override } of all(files, type, labels)) {
    const name = nameOf(block);
    if (name === undefined) continue;
    const base = found.get(name);
    if (base === undefined) found.set(name, { file, block });
    else if (override) found.set(name, { file: base.file, block: mergedBlock(base.block, block) });
  }
  return found;
}

function resourcesOf(
  files: readonly ModuleFile[],
  keyword: "resource" | "data",
  mode: "managed" | "data",
  isWanted: (type: string) => boolean,
): readonly DeclaredResource[] {
  return [...collect(files, keyword, 2)].flatMap(([, { file, block }]) => {
    const [type, name] = block.labels;
    return type !== undefined && name !== undefined && isWanted(type.value) && isIdentifier(name.value)
      ? [{ mode, type: type.value, name: name.value, file, block }]
      : [];
  });
}

function validName({ labels }: Block): string | undefined {
  return labels.find(({ value }) => isIdentifier(value))?.value;
}

/** Names that Terraform rejects, since they would end up in commands and in HCL. */
function invalidNames(files: readonly ModuleFile[], isWanted: (type: string) => boolean): SyntaxProblem[] {
  const blocks = [...all(files, "resource", 2), ...all(files, "data", 2)].filter(({ block }) =>
    isWanted(block.labels[0]?.value ?? ""),
  );
  return [...blocks, ...all(files, "module", 1)].flatMap(({ block }) => {
    const name = block.labels.at(-1);
    if (name === undefined || isIdentifier(name.value)) return [];
    return [
      {
        message: "Invalid name: a name consists of letters, digits, _ and -, and starts with a letter or _.",
        range: block.headerRange,
      },
    ];
  });
}

function providerName(block: Block): string | undefined {
  const name = block.labels[0]?.value;
  const alias = literalText(block.body.attribute("alias")?.value);
  return alias === undefined ? name : `${name}.${alias}`;
}

/** Whether a variable or an output is declared as not to be shown. */
export function isDeclaredSensitive({ body }: Block): boolean {
  return ["sensitive", "ephemeral"].some((name) => {
    const value = body.attribute(name)?.value;
    return value !== undefined && !(value.kind === "literal" && value.value === false);
  });
}

async function variableOf(
  name: string,
  { block }: PlacedBlock,
  files: readonly ModuleFile[],
): Promise<VariableDeclaration> {
  const { body } = block;
  const type = body.attribute("type")?.value;
  const nullable = body.attribute("nullable")?.value;
  const value = body.attribute("default")?.value;
  const file = files.find((candidate) => candidate.file.file === value?.range.file)?.file;
  return {
    name,
    type: (type && (await typeOf(type))) ?? ANY,
    typed: type !== undefined,
    sensitive: isDeclaredSensitive(block),
    nullable: !(nullable?.kind === "literal" && nullable.value === false),
    ...(value !== undefined && file !== undefined && { fallback: { value, file } }),
  };
}

async function typeOf(expression: Expression): Promise<TypeConstraint | undefined> {
  const written = literalText(expression);
  // JSON syntax has the type's expression in a string.
  const parsed = written?.includes("(") ? await parseExpression(written) : expression;
  return parsed && typeConstraint(parsed);
}

type TerraformBlocks = Pick<
  ModuleDefinition,
  "requiredProviders" | "requiredVersion" | "language" | "backend" | "cloud"
>;

/**
 * Everything in `terraform` blocks. Override files replace version constraints, providers one by one, and the backend.
 */
function terraformBlocks(files: readonly ModuleFile[]): TerraformBlocks {
  const requiredProviders = new Map<string, RequiredProvider>();
  let requiredVersion: TerraformBlocks["requiredVersion"] = [];
  const language: string[] = [];
  let backend: Block | undefined;
  let cloud: Block | undefined;
  for (const { file, override } of files) {
    const blocks = file.body.blocks("terraform", 0);
    const versions = blocks.flatMap(({ body }) => {
      const constraint = literalText(body.attribute("required_version")?.value);
      return constraint === undefined ? [] : [{ constraint, file: file.file }];
    });
    for (const { body } of file.body.blocks("language", 0).flatMap((block) => block.body.blocks("compatible_with", 0)))
      language.push(literalText(body.attribute("opentofu")?.value) ?? "");
    requiredVersion = override && versions.length > 0 ? versions : [...requiredVersion, ...versions];
    for (const { body } of blocks) {
      // https://developer.hashicorp.com/terraform/language/backend: a state store (1.15) is one whose code a provider
      // has.
      const [newBackend] = [...body.blocks("backend", 1), ...body.blocks("state_store", 1)];
      const [newCloud] = body.blocks("cloud", 0);
      if (newBackend !== undefined && (override || backend === undefined)) [backend, cloud] = [newBackend, undefined];
      if (newCloud !== undefined && (override || cloud === undefined)) [backend, cloud] = [undefined, newCloud];
      for (const required of body.blocks("required_providers", 0)) {
        for (const attribute of required.body.attributes()) {
          const known = requiredProviders.get(attribute.name);
          const provider = requiredProvider(attribute.value);
          const constraints = override
            ? provider.constraints
            : [...(known?.constraints ?? []), ...provider.constraints];
          requiredProviders.set(attribute.name, { ...known, ...provider, constraints, range: attribute.range });
        }
      }
    }
  }
  return { requiredProviders, requiredVersion, language, ...defined({ backend, cloud }) };
}

function requiredProvider(value: Expression): Omit<RequiredProvider, "range"> {
  const member = (name: string) => literalText(memberNamed(value, name));
  const version = value.kind === "object" ? member("version") : literalText(value);
  return { ...defined({ source: member("source") }), constraints: version === undefined ? [] : [version] };
}
