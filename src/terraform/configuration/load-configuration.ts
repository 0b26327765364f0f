import path from "node:path";
import { defined } from "../../base/defined.js";
import { isWithin, shownFrom } from "../../base/paths.js";
import { isInTrees, realPathOf, type Trees } from "../../base/tree.js";
import type { Address, InstanceKey } from "../addresses/address.js";
import { parseAddress } from "../addresses/address-parser.js";
import { readJson } from "../data/json-data.js";
import { isOpenTofuFile, LOCK_FILE, type ToolName } from "../files/file-names.js";
import { diskFileSystem, type FileSystem, readIfPossible, treesOf } from "../files/file-system.js";
import { lockedVersions } from "../files/lock-file.js";
import { DEFAULT_WORKSPACE, dataDirectory, type Environment, selectedWorkspace } from "../root-module/root-module.js";
import type {
  Configuration,
  ConfiguredProvider,
  ConfiguredResource,
  DeclaredInstance,
  ModuleCall,
  PlannedImport,
  ProviderKey,
  Repetition,
  RootSettings,
  UnresolvedModule,
} from "./configuration.js";
import { type GivenVariables, variablesBehind } from "./deciding-variables.js";
import { type DeclaredResource, defineModule, type ModuleDefinition } from "./definition/module-definition.js";
import { readInstalledModules } from "./discovery/installed-modules.js";
import { type ModuleText, ModuleTexts } from "./discovery/module-texts.js";
import { EarlySources } from "./early-sources.js";
import { type EvaluationBudget, newBudget } from "./evaluation/budget.js";
import { argumentsIn, contentOf, dynamicBlocks, dynamicValues } from "./evaluation/dynamic-blocks.js";
import { evaluate, type Scope } from "./evaluation/evaluate.js";
import { ANY_INSTANCE, type Expansion, expand, withRepetition } from "./evaluation/expansion.js";
import { DataFiles, type FileTools } from "./evaluation/file-functions.js";
import { shownText } from "./evaluation/marking.js";
import { listValue, objectValue, stringValue, unknown, type Value } from "./evaluation/value.js";
import type { VariableArgument } from "./evaluation/variable-arguments.js";
import { readVariableInputs, rootVariables } from "./evaluation/variables.js";
import { type EvaluationContext, ModuleInstance } from "./module-instance.js";
import { isNode, type ModuleNode, ModuleTree } from "./module-tree.js";
import { allNodes, ProviderRequirements, providerOfType } from "./provider-requirements.js";
import { findRefactorings } from "./refactorings.js";
import { findReferences } from "./references.js";
import { ParsedFiles, type ParseOptions, parseFile } from "./syntax/parse-file.js";
import { type Body, type Expression, type ParsedFile, type SyntaxProblem, unreadable } from "./syntax/syntax.js";
import { addressText, literalText } from "./syntax/traversal.js";
import { loadSyntaxParser } from "./syntax/tree-sitter.js";

export interface LoadOptions {
  /** The root module, as the user named it. */
  readonly directory: string;
  /** What `directory` and files of `variables` are relative to, and what files are shown relative to. Absolute. */
  readonly cwd: string;
  /** Resource types that are wanted. */
  readonly types: readonly string[];
  /** Tells the types that are read in the same way beside the wanted ones, without mattering by themselves. */
  readonly related?: (type: string) => boolean;
  /** A module is parsed only if it, or a module below it, contains one of these texts. */
  readonly mention: readonly string[];
  /** Whether HCL's own parser is asked about the files that matter; without it, always. */
  readonly validate?: ParseOptions["validate"];
  readonly tool: ToolName;
  /** For `TF_VAR_…`, `TF_CLI_ARGS`, `TF_WORKSPACE` and `TF_DATA_DIR`. */
  readonly env: Environment;
  /** Values from the command line, the last one over the others. */
  readonly variables?: readonly VariableArgument[];
  readonly fileSystem?: FileSystem;
  /** Text of files outside them is not to be shown; by default the repository of the root module. */
  readonly trees?: Trees;
  /** Shared by loads of root modules that have modules in common. */
  readonly cache?: ParsedFiles;
}

/**
 * Reads a root module with the modules that it calls, and works out what is declared of the wanted types. Nothing is
 * run and nothing is fetched. The result reports what is broken or missing; an incomplete installation throws
 * MissingGrammarError.
 */
export async function loadConfiguration(options: LoadOptions): Promise<Configuration> {
  const {
    cwd,
    env,
    tool,
    types,
    related = () => false,
    mention,
    validate = true,
    fileSystem = diskFileSystem,
  } = options;
  const directory = path.resolve(cwd, options.directory);
  const display = (file: string) => shownFrom(cwd, file);
  const dataDir = dataDirectory(directory, env);
  const installed = await readInstalledModules(directory, dataDir, fileSystem);
  const texts = new ModuleTexts({ fileSystem, tool, mention, installed, display });
  const root = texts.at(directory);
  if (root === undefined) {
    const problems = [unreadable(display(directory), "no such directory")];
    return { ...nothing(options.directory, tool), problems };
  }
  if (!texts.matter(directory, [])) {
    const settings = rootSettings(await settingsOf(root), tool);
    return { ...nothing(options.directory, tool), problems: texts.problems, files: texts.files, settings };
  }

  const { cache = new ParsedFiles() } = options;
  const inputs = await readVariableInputs({ ...options, directory, fileSystem, display });
  const lockFile = path.join(directory, LOCK_FILE);
  const lockText = readIfPossible(lockFile, fileSystem);
  const locked = lockedVersions(lockText ?? "");
  const data = new DataFiles({ fileSystem, directory, display });
  const given = inputs.values;
  const contextOf = async (node: ModuleNode, budget: EvaluationBudget, demand: EvaluationContext["demand"]) => ({
    tool,
    budget,
    rootDirectory: directory,
    files: data.call,
    rootVariables: await rootVariables(node.definition.variables, inputs, budget),
    workspace: workspaceValue(node.definition, directory, env, fileSystem),
    demand,
  });
  const early = new EarlySources((node) => contextOf(node, newBudget(), () => undefined), given);
  const tree = new ModuleTree({
    texts,
    installed,
    isWanted: (type) => types.includes(type) || related(type),
    validate,
    cache,
    earlySource: (source, node) => early.of(source, node),
  });
  const { nodes, calls, ...evaluated } = await evaluateTree(tree, root, async (node, budget, demand) => {
    data.tools = await fileTools(await tree.parsedFiles());
    const context = await contextOf(node, budget, demand);
    const evaluatedTree = { node, root: new ModuleInstance(context, node, []), tool };
    const nodes = allNodes(node);
    const requirements = new ProviderRequirements({ tool, nodes, locked });
    const resources = configuredResources(evaluatedTree, requirements, given);
    return {
      nodes,
      resources: resources.filter(({ type }) => types.includes(type)),
      related: resources.filter(({ type }) => related(type) && !types.includes(type)),
      providers: configuredProviders(evaluatedTree, types, requirements),
      imports: plannedImports(evaluatedTree, types),
      calls: calledInstances(evaluatedTree),
      settings: rootSettings(node.definition, tool),
    };
  });
  const parsed = await tree.parsedFiles();
  const withTexts = [...parsed, ...inputs.files];
  // The data directory of the environment is the user's own.
  const repository = options.trees ?? treesOf([directory]);
  const trees = [...repository, ...(env["TF_DATA_DIR"] ? [realPathOf(dataDir) ?? dataDir] : [])];
  const foreign = new Set(parsed.flatMap(({ file }) => (isInTrees(path.resolve(cwd, file), trees) ? [] : [file])));
  return {
    directory: options.directory,
    ...evaluated,
    lockedVersions: locked,
    references: nodes.flatMap((node) => findReferences(node.definition.files, types, node.path)),
    refactorings: nodes.flatMap((node) => findRefactorings(node.definition.refactorings, types, node.path)),
    modules: nodes.flatMap((node) => moduleCall(node, calls, { directory, dataDir, trees: repository, display }) ?? []),
    otherCalls: new Set(nodes.flatMap(otherCalls)),
    unresolvedModules: nodes.flatMap((node) =>
      [...node.children.values()].filter((child): child is UnresolvedModule => !isNode(child)),
    ),
    problems: [
      ...texts.problems,
      ...invalidNamesIn(nodes),
      ...parsed.flatMap((file) => file.problems).map(withoutText(foreign)),
      ...inputs.problems,
    ],
    files: [
      ...texts.files,
      ...inputs.files.map(({ file }) => file),
      ...(lockText === undefined ? [] : [display(lockFile)]),
      ...data.files.map(({ file }) => file),
    ],
    parsed: withTexts,
    dataFiles: data.files,
    dataNames: data.names,
    foreign,
    texts: new Map([...data.files, ...withTexts].map((file) => [file.file, file.text])),
  };
}

/** Loads what the functions in these files need. */
async function fileTools(files: readonly ParsedFile[]): Promise<FileTools> {
  const speakOf = (name: string) => files.some(({ text }) => text.includes(name));
  return {
    readJson,
    ...(speakOf("yamldecode") && { readYaml: (await import("../data/yaml-data.js")).readYaml }),
    ...(speakOf("templatefile") && { parser: await loadSyntaxParser() }),
  };
}

/** Once for each module, however often it is called. */
function invalidNamesIn(nodes: readonly ModuleNode[]): SyntaxProblem[] {
  return [...new Set(nodes.map(({ definition }) => definition))].flatMap(({ invalidNames }) => invalidNames);
}

/** What a parser says may quote the file. */
function withoutText(foreign: ReadonlySet<string>) {
  const message =
    "Invalid syntax. The text is not shown, because the file is outside the repository (or, without a repository, outside the named directory).";
  return (problem: SyntaxProblem): SyntaxProblem =>
    foreign.has(problem.range.file) ? { ...problem, message } : problem;
}

/** A configuration in which nothing is declared. */
function nothing(directory: string, tool: ToolName): Configuration {
  return {
    directory,
    resources: [],
    related: [],
    references: [],
    refactorings: [],
    providers: [],
    imports: [],
    otherCalls: new Set(),
    settings: { tool, requiredVersion: [] },
    lockedVersions: new Map(),
    modules: [],
    unresolvedModules: [],
    problems: [],
    files: [],
    parsed: [],
    dataFiles: [],
    dataNames: [],
    foreign: new Set(),
    texts: new Map(),
  };
}

interface RootPlaces {
  readonly directory: string;
  readonly dataDir: string;
  /** The repository, or what stands for it. */
  readonly trees: Trees;
  display(path: string): string;
}

function otherCalls({ path: steps, definition, children }: ModuleNode): string[] {
  return [...definition.calls.keys()].flatMap((name) => (children.has(name) ? [] : [[...steps, name].join(".")]));
}

type CalledInstances = ReadonlyMap<string, Pick<ModuleCall, "instances" | "complete">>;

function calledInstances(tree: EvaluatedTree): CalledInstances {
  const called = new Map<string, Pick<ModuleCall, "instances" | "complete">>();
  eachModule(tree, ({ node, instances, complete }) => {
    called.set(node.path.join("."), { instances: instances.map(({ steps }) => steps), complete });
  });
  return called;
}

function moduleCall(
  { path: steps, call, directory, sourceByDefault }: ModuleNode,
  calls: CalledInstances,
  root: RootPlaces,
): ModuleCall | undefined {
  if (call === undefined) return undefined;
  const { block } = call;
  const local = !isInside(root.dataDir, directory);
  return {
    path: steps,
    source: literalText(block.body.attribute("source")?.value) ?? "",
    range: block.headerRange,
    block,
    repetition: repetitionOf(block.body),
    directory: root.display(directory),
    sourceByDefault,
    local,
    withinRoot: local && isInside(root.directory, directory),
    inRepository: local && isInTrees(directory, root.trees) && !isBehindLink(directory, root.directory),
    ...(calls.get(steps.join(".")) ?? { instances: [], complete: false }),
  };
}

/** Whether a link leads to a folder on the way from another: the repository has the link there, and no files. */
function isBehindLink(place: string, from: string): boolean {
  if (!isWithin(from, place)) return isBehindLink(place, path.dirname(from));
  return realPathOf(place) !== path.join(realPathOf(from) ?? from, path.relative(from, place));
}

function isInside(folder: string, place: string): boolean {
  return path.relative(folder, place) !== "" && isWithin(folder, place);
}

/** The settings of a root module in which nothing else matters: the place of its state must still be known. */
async function settingsOf(root: ModuleText): Promise<ModuleDefinition> {
  const files = root.files.filter(
    ({ text }) =>
      /\b(?:terraform|language)\b/.test(text) &&
      /\b(?:backend|cloud|state_store|required_version|compatible_with)\b/.test(text),
  );
  const parsed = files.map(async ({ shown, text, override }) => ({
    file: await parseFile(shown, text, { validate: false }),
    override,
  }));
  return defineModule(await Promise.all(parsed), () => false);
}

/** `terraform.workspace`. HCP Terraform and the remote backend have no default workspace to rely on. */
function workspaceValue(root: ModuleDefinition, directory: string, env: Environment, fileSystem: FileSystem): Value {
  const selected = selectedWorkspace(directory, env, (file) => fileSystem.read(file));
  const remote = root.cloud !== undefined || root.backend?.labels[0]?.value === "remote";
  if (selected === undefined && remote) return unknown("the selected workspace is not known");
  return stringValue(selected ?? DEFAULT_WORKSPACE);
}

/** A tree of modules with the root's one instance, from which every value can be had. */
interface EvaluatedTree {
  readonly node: ModuleNode;
  readonly root: ModuleInstance;
  readonly tool: ToolName;
}

/**
 * Values can lead into modules that did not matter otherwise; they are loaded then, and everything is evaluated again.
 */
const MOST_ROUNDS = 20;

async function evaluateTree<T>(
  tree: ModuleTree,
  text: ModuleText,
  evaluateRound: (root: ModuleNode, budget: EvaluationBudget, demand: (callPath: string) => void) => Promise<T>,
): Promise<T> {
  const demanded = new Set<string>();
  for (let round = 1; ; round += 1) {
    const root = await tree.build(text, demanded);
    const before = demanded.size;
    const result = await evaluateRound(root, newBudget(), (callPath) => demanded.add(callPath));
    if (demanded.size === before || round >= MOST_ROUNDS) return result;
  }
}

/** All instances of the module at one call path. */
interface ModuleGroup {
  readonly node: ModuleNode;
  readonly instances: readonly ModuleInstance[];
  readonly anyInstance: ModuleInstance;
  readonly complete: boolean;
  readonly reason?: string;
}

/** More module instances at one call path are not listed. */
const MOST_MODULE_INSTANCES = 20_000;

function eachModule(tree: EvaluatedTree, visit: (group: ModuleGroup) => void): void {
  const waiting: ModuleGroup[] = [{ node: tree.node, instances: [tree.root], anyInstance: tree.root, complete: true }];
  for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
    visit(group);
    for (const [name, child] of group.node.children) {
      if (isNode(child)) waiting.push(childGroup(group, name, child));
    }
  }
}

function childGroup(parent: ModuleGroup, name: string, node: ModuleNode): ModuleGroup {
  const instances: ModuleInstance[] = [];
  let reason = parent.complete ? undefined : (parent.reason ?? "");
  for (const instance of parent.instances) {
    const children = instance.child(name);
    if (children === undefined || !children.expansion.complete) {
      reason ??= children?.expansion.reason ?? `module.${name} depends on itself`;
    }
    if (instances.length > MOST_MODULE_INSTANCES) {
      reason ??= `more than ${MOST_MODULE_INSTANCES} instances of module.${name}`;
      break;
    }
    for (const called of children?.instances ?? []) instances.push(called);
  }
  const anyInstance = parent.anyInstance.child(name)?.anyInstance ?? parent.anyInstance;
  return { node, instances, anyInstance, complete: reason === undefined, ...defined({ reason }) };
}

function configuredResources(
  tree: EvaluatedTree,
  requirements: ProviderRequirements,
  given: GivenVariables,
): readonly ConfiguredResource[] {
  const resources: ConfiguredResource[] = [];
  eachModule(tree, (group) => {
    for (const resource of group.node.definition.resources) {
      const provider = requirements.ofResource(group.node, resource);
      const deciding = variablesBehind(resource.block.body, group.node, given);
      const key = requirements.instanceKey(group.node, resource);
      const declared = declare(resource, group, tree.tool, key);
      resources.push({ ...resource, modulePath: group.node.path, ...declared, ...deciding, provider });
    }
  });
  return resources;
}

const nameOf = ({ mode, type, name }: DeclaredResource) => ({ mode, type, name });

type Declared = Pick<
  ConfiguredResource,
  "repetition" | "instances" | "complete" | "reason" | "arguments" | "providerKey"
>;

/** More instances of one block, in all module instances together, are not listed. */
const MOST_DECLARED = 50_000;

function declare(
  resource: DeclaredResource,
  group: ModuleGroup,
  tool: ToolName,
  providerKey: ReturnType<ProviderRequirements["instanceKey"]>,
): Declared {
  const { body } = resource.block;
  const instances: DeclaredInstance[] = [];
  let reason = group.complete ? undefined : (group.reason ?? "");
  for (const module of group.instances) {
    if (instances.length >= MOST_DECLARED) break;
    const expansion = expand(body, module.scope, tool);
    if (!expansion.complete) reason ??= expansion.reason ?? "";
    for (const item of expansion.items) {
      if (instances.length >= MOST_DECLARED) {
        reason ??= `more than ${MOST_DECLARED} instances`;
        break;
      }
      const scope = withRepetition(module.scope, item.names);
      const origin = expansion.kind === "single" ? (module.keyOrigin ?? {}) : item.origin;
      const address = { ...nameOf(resource), module: module.steps, key: item.key };
      const shownAs = { ...address, module: module.shownSteps, key: item.shownKey ?? item.key };
      const isHidden = item.shownKey !== undefined || module.isHidden;
      instances.push({
        address,
        ...(isHidden && { shownAs }),
        ...(origin.source !== undefined && { keySource: origin.source }),
        ...(origin.source !== undefined && origin.via !== undefined && { keyVia: origin.via }),
        arguments: argumentsOf(body, scope),
        ...(providerKey !== undefined && { providerKey: providerKey(module, scope) }),
      });
    }
  }
  const anyScope = withRepetition(group.anyInstance.scope, ANY_INSTANCE);
  return {
    repetition: repetitionOf(body),
    instances,
    complete: reason === undefined,
    ...(reason !== undefined && reason !== "" && { reason }),
    arguments: argumentsOf(body, anyScope),
    ...(providerKey !== undefined && { providerKey: providerKey(group.anyInstance, anyScope) }),
  };
}

function repetitionOf(body: Body): Repetition {
  for (const kind of ["for_each", "count"] as const) {
    const attribute = body.attribute(kind);
    if (attribute !== undefined) return { kind, range: attribute.range };
  }
  return { kind: "single" };
}

/** Arguments and blocks that Terraform itself understands, in every resource. */
const META_ARGUMENTS = new Set(["count", "for_each", "provider", "providers", "depends_on", "lifecycle"]);
const META_BLOCKS = new Set(["dynamic", "lifecycle", "provisioner", "connection", "timeouts"]);

function argumentsOf(body: Body, scope: Scope): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  for (const { name, value } of body.attributes()) {
    if (!META_ARGUMENTS.has(name)) values.set(name, evaluate(value, scope));
  }
  const nested = body.allBlocks().filter(({ type }) => !META_BLOCKS.has(type));
  for (const type of new Set(nested.map((block) => block.type))) {
    if (values.has(type)) continue;
    const blocks = nested.filter((block) => block.type === type);
    values.set(type, listValue(blocks.map((block) => blockValue(block.body, scope))));
  }
  for (const block of dynamicBlocks(body)) {
    const type = block.labels[0]?.value;
    const written = type === undefined ? undefined : values.get(type);
    // An argument of that name beside it is a mistake, and what it makes of the block is not known.
    if (type === undefined || (written !== undefined && written.kind !== "list")) continue;
    let made = dynamicValues(block, scope);
    if (made.some(({ kind }) => kind === "unknown")) {
      // One block stands for all that are not known, with what is written out in it.
      const content = contentOf(block);
      made = content === undefined ? [] : [objectValue(argumentsIn(content, scope), { source: content.range })];
    }
    values.set(type, listValue([...(written?.elements ?? []), ...made]));
  }
  return values;
}

function blockValue(body: Body, scope: Scope): Value {
  const entries = [...argumentsOf(body, scope)].map(([name, value]) => [name, { value }] as const);
  return { kind: "object", entries: new Map(entries) };
}

function configuredProviders(
  tree: EvaluatedTree,
  types: readonly string[],
  requirements: ProviderRequirements,
): readonly ConfiguredProvider[] {
  const names = new Set(types.map(providerOfType));
  const providers: ConfiguredProvider[] = [];
  eachModule(tree, ({ node, anyInstance }) => {
    for (const { file, block } of node.definition.providers.values()) {
      const name = block.labels[0]?.value;
      if (name === undefined || !names.has(name)) continue;
      const alias = literalText(block.body.attribute("alias")?.value);
      const { scope } = anyInstance;
      const values = argumentsOf(block.body, scope);
      providers.push({
        modulePath: node.path,
        name,
        ...defined({ alias }),
        file,
        block,
        arguments: values,
        provider: requirements.of(node, alias === undefined ? name : `${name}.${alias}`),
        ...(block.body.attribute("for_each") !== undefined && { keys: keysOf(expand(block.body, scope, tree.tool)) }),
      });
    }
  });
  return providers;
}

/** What the root module's `import` blocks bring into the state; Terraform takes them there only. */
function plannedImports({ root, node, tool }: EvaluatedTree, types: readonly string[]): readonly PlannedImport[] {
  const statements = findRefactorings(node.definition.refactorings, types, []).filter(({ kind }) => kind === "import");
  return statements.flatMap((statement) => {
    const { body } = statement.block;
    const to = body.attribute("to")?.value;
    const id = body.attribute("id")?.value;
    if (to === undefined) return [];
    return expand(body, root.scope, tool).items.map(({ names }): PlannedImport => {
      const scope = withRepetition(root.scope, names);
      const address = addressOf(to, (key) => keyOf(evaluate(key, scope)));
      const value = id === undefined ? undefined : evaluate(id, scope);
      return {
        statement,
        ...(address !== undefined && { to: address }),
        ...(value?.kind === "string" && isShownId(value) && { id: value.value }),
      };
    });
  });
}

/** Whether a text can be an id. Ids are shown, so other text from outside the configuration must not pass. */
function isShownId(value: Value & { readonly kind: "string" }): boolean {
  if (shownText(value).text !== undefined) return true;
  const { sensitive, elsewhere } = value.marks ?? {};
  return sensitive !== true && elsewhere?.way !== "made" && /^invite[-_]\w{1,64}$/.test(value.value);
}

function keyOf(value: Value): InstanceKey {
  if (value.kind === "string") return value.value;
  return value.kind === "number" ? value.value.toIndex() : undefined;
}

function addressOf(to: Expression, keyOf: (key: Expression) => InstanceKey): Address | undefined {
  const text = to.kind === "reference" ? addressText(to.root, to.steps, keyOf) : literalText(to);
  const parsed = parseAddress(text ?? "");
  return parsed.ok ? parsed.address : undefined;
}

function keysOf({ items, complete }: Expansion): readonly ProviderKey[] {
  // One that must not be shown counts as not known.
  return [
    ...items.map(({ key, shownKey }) => (shownKey === undefined ? String(key) : null)),
    ...(complete ? [] : [null]),
  ];
}

function rootSettings(root: ModuleDefinition, tool: ToolName): RootSettings {
  const { backend, cloud } = root;
  const type = cloud === undefined ? backend?.labels[0]?.value : "cloud";
  const range = (cloud ?? backend)?.headerRange;
  const base = { tool, ...versionsOf(root, tool) };
  if (type === undefined || range === undefined) return base;
  const given = ["path", "workspace_dir"].map((name) => backend?.body.attribute(name));
  const [path, workspaceDir] = given.map((attribute) => literalText(attribute?.value));
  // What is not written out only Terraform can work out.
  const isKnown = given.every((attribute) => attribute === undefined || literalText(attribute.value) !== undefined);
  const localPlace = type === "local" && isKnown ? defined({ path, workspaceDir }) : undefined;
  return { ...base, backend: { type, range, ...defined({ localPlace }) } };
}

/**
 * From 1.12 on, OpenTofu reads `required_version` in its own files only, and a `language` block, which older ones
 * refuse (run with 1.9.4, 1.11.14 and 1.12.6).
 */
function versionsOf({ requiredVersion, language }: ModuleDefinition, tool: ToolName) {
  const texts = (all: typeof requiredVersion) => all.map(({ constraint }) => constraint);
  if (tool === "terraform") return { requiredVersion: texts(requiredVersion) };
  const own = texts(requiredVersion.filter(({ file }) => isOpenTofuFile(file)));
  if (language.length > 0) return { requiredVersion: [...own, ">= 1.12", ...language.filter((one) => one !== "")] };
  return {
    requiredVersion: own,
    olderRequiredVersion: texts(requiredVersion.filter(({ file }) => !isOpenTofuFile(file))),
  };
}
