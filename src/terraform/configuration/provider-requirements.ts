import { defined } from "../../base/defined.js";
import { parseProviderSource } from "../addresses/provider-address.js";
import type { ToolName } from "../files/file-names.js";
import type { LockedVersions, ProviderRequirement } from "./configuration.js";
import type { DeclaredResource, ModuleDefinition } from "./definition/module-definition.js";
import { isNode, type ModuleNode } from "./module-tree.js";
import type { Expression } from "./syntax/syntax.js";
import { literalText } from "./syntax/traversal.js";

const DEFAULT_HOSTS: Readonly<Record<ToolName, string>> = {
  terraform: "registry.terraform.io",
  tofu: "registry.opentofu.org",
};

/** Every module of the configuration: a call inside each other module, the root first. */
export function allNodes(root: ModuleNode): readonly ModuleNode[] {
  return [root, ...[...root.children.values()].flatMap((child) => (isNode(child) ? allNodes(child) : []))];
}

/** What is needed to tell the provider of a resource. */
export interface ProviderFacts {
  readonly tool: ToolName;
  readonly nodes: readonly ModuleNode[];
  readonly locked: LockedVersions;
}

/** The local name of the provider that a resource type belongs to, unless the resource says otherwise. */
export function providerOfType(type: string): string {
  return type.split("_")[0] ?? type;
}

/** Tells providers, each once: most resources of a module share theirs, and a large root has thousands of them. */
export class ProviderRequirements {
  readonly #facts: ProviderFacts;
  readonly #found = new Map<ModuleNode, Map<string, ProviderRequirement>>();
  readonly #constraints = new Map<string, readonly string[]>();
  /** Null where what is written is no source. */
  readonly #sources = new Map<ModuleDefinition, Map<string, string | null>>();

  constructor(facts: ProviderFacts) {
    this.#facts = facts;
  }

  /** The provider of a resource: its configuration, and everything the configuration says about its version. */
  ofResource(node: ModuleNode, resource: DeclaredResource): ProviderRequirement {
    const written = resource.block.body.attribute("provider")?.value;
    const local = (written && configurationName(written, node.definition)) ?? providerOfType(resource.type);
    return this.of(node, local);
  }

  /** The provider behind a configuration (`acme`, `acme.eu`) as one module names it. */
  of(node: ModuleNode, local: string): ProviderRequirement {
    const found = kept(this.#found, node, () => new Map<string, ProviderRequirement>());
    return kept(found, local, () => this.#find(node, local));
  }

  #find(node: ModuleNode, local: string): ProviderRequirement {
    const range = node.definition.requiredProviders.get(local.split(".")[0] ?? local)?.range;
    const source = this.#sourceOf(node.definition, local);
    const lockedVersion = source === undefined ? undefined : lockedVersionOf(source, this.#facts.locked);
    return {
      configuration: this.#outermostConfiguration(node, local),
      constraints: source === undefined ? [] : kept(this.#constraints, source, () => this.#constraintsOn(source)),
      ...defined({ source, range, lockedVersion }),
    };
  }

  #sourceOf(definition: ModuleDefinition, configuration: string): string | undefined {
    const [name = configuration] = configuration.split(".");
    const sources = kept(this.#sources, definition, () => new Map<string, string | null>());
    return kept(sources, name, () => sourceOf(definition, name, this.#facts.tool) ?? null) ?? undefined;
  }

  #constraintsOn(source: string): readonly string[] {
    const constraints = new Set<string>();
    for (const definition of new Set(this.#facts.nodes.map((node) => node.definition))) {
      for (const [name, required] of definition.requiredProviders) {
        if (this.#sourceOf(definition, name) !== source) continue;
        for (const constraint of required.constraints) constraints.add(constraint);
      }
      for (const [name, { block }] of definition.providers) {
        const version = literalText(block.body.attribute("version")?.value);
        // Old configurations have the constraint in the provider block.
        if (version !== undefined && this.#sourceOf(definition, name) === source) constraints.add(version);
      }
    }
    return [...constraints];
  }

  /** Follows a configuration from the module that uses it to the one that holds it. */
  #outermostConfiguration(from: ModuleNode, local: string): string {
    let node = from;
    let name = local;
    while (node.parent !== undefined) {
      const passed = passedTo(node, name);
      if (passed === undefined) {
        // Aliases are never inherited, and a module with a configuration of its own uses that.
        if (node.definition.providers.has(name) || name.includes(".")) return name;
        name = this.#inheritedName(node, node.parent, name);
      } else name = passed;
      node = node.parent;
    }
    return name;
  }

  /** The caller's default configuration of the same provider, which it may know by another name. */
  #inheritedName(node: ModuleNode, parent: ModuleNode, name: string): string {
    const source = this.#sourceOf(node.definition, name);
    if (this.#sourceOf(parent.definition, name) === source) return name;
    const names = [...parent.definition.requiredProviders.keys()];
    return names.find((candidate) => this.#sourceOf(parent.definition, candidate) === source) ?? name;
  }
}

/** What stands in a map under a key; put there first where nothing is. */
function kept<Key, T extends object | string | null>(known: Map<Key, T>, key: Key, find: () => T): T {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = find();
  known.set(key, made);
  return made;
}

function sourceOf(definition: ModuleDefinition, name: string, tool: ToolName): string | undefined {
  // Without a source Terraform means its own provider of that name:
  // https://developer.hashicorp.com/terraform/language/providers/requirements#source-addresses
  const written = definition.requiredProviders.get(name)?.source ?? `hashicorp/${name}`;
  const parts = written.split("/");
  const full = [
    ...(parts.length < 3 ? [DEFAULT_HOSTS[tool]] : []),
    ...(parts.length < 2 ? ["hashicorp"] : []),
    ...parts,
  ].join("/");
  return parseProviderSource(full)?.source;
}

/** The version that a lock file has for a provider. One written by the other tool differs in the default registry only. */
export function lockedVersionOf(source: string, locked: LockedVersions): string | undefined {
  const hosts = Object.values(DEFAULT_HOSTS);
  const [host = "", ...name] = source.split("/");
  const candidates = hosts.includes(host) ? [source, ...hosts.map((other) => [other, ...name].join("/"))] : [source];
  return candidates.map((candidate) => locked.get(candidate)).find((version) => version !== undefined);
}

/** What the call passes for a configuration of the called module, as the caller names it. */
function passedTo(node: ModuleNode, name: string): string | undefined {
  const map = node.call?.block.body.attribute("providers")?.value;
  const caller = node.parent?.definition;
  if (map?.kind !== "object" || caller === undefined) return undefined;
  const item = map.items.find(({ key }) => configurationName(key, caller) === name);
  return item && configurationName(item.value, caller);
}

/** `acme` or `acme.eu`, bare or in quotes. */
function configurationName(expression: Expression, definition: ModuleDefinition): string | undefined {
  if (expression.kind === "literal") return literalText(expression);
  if (expression.kind === "reference") {
    const [alias] = expression.steps;
    return alias?.kind === "attribute" ? `${expression.root}.${alias.name}` : expression.root;
  }
  // `acme.eu = …` is a key only here, and the general reading of expressions refuses it.
  const { file, start, end } = expression.range;
  const text = definition.files
    .find((candidate) => candidate.file === file)
    ?.text.slice(start.offset, end.offset)
    .trim();
  return text !== undefined && /^[\w-]+\.[\w-]+$/.test(text) ? text : undefined;
}
