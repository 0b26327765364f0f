import { defined } from "../../base/defined.js";
import { parseProviderSource } from "../addresses/provider-address.js";
import type { ToolName } from "../files/file-names.js";
import type { LockedVersions, ProviderKey, ProviderRequirement } from "./configuration.js";
import type { DeclaredResource, ModuleDefinition } from "./definition/module-definition.js";
import { evaluate, type Scope } from "./evaluation/evaluate.js";
import { shownText } from "./evaluation/marking.js";
import type { ModuleInstance } from "./module-instance.js";
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
    return this.of(node, written(node, resource)?.name ?? providerOfType(resource.type));
  }

  /**
   * Which instance of a configuration with `for_each` an instance of the resource has, given its module and its scope;
   * undefined where neither the resource nor a call above it picks one. OpenTofu only:
   * https://opentofu.org/docs/language/providers/configuration/#for_each-multiple-instances-of-a-provider-configuration
   */
  instanceKey(node: ModuleNode, resource: DeclaredResource) {
    const own = written(node, resource);
    const { up, key } =
      own?.key === undefined ? this.#route(node, own?.name ?? providerOfType(resource.type)) : { ...own, up: 0 };
    if (key === undefined) return undefined;
    return (module: ModuleInstance, scope: Scope): ProviderKey => {
      let at: ModuleInstance | undefined = module;
      for (let level = 1; level < up; level += 1) at = at?.called?.caller;
      const value = key === "unknown" ? undefined : evaluate(key, up === 0 ? scope : (at?.called?.scope ?? scope));
      if (value?.kind === "string") return shownText(value, "key").text ?? null;
      return value?.kind === "number" && value.marks === undefined ? String(value.value) : null;
    };
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
    const { name, holder } = this.#route(node, local);
    return {
      configuration: name,
      holder: holder.path,
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

  /**
   * Follows a configuration from the module that uses it to the one that holds it, and to the call that picks an
   * instance.
   */
  #route(from: ModuleNode, local: string): Route {
    let node = from;
    let name = local;
    for (let up = 1; node.parent !== undefined; up += 1) {
      const passed = passedTo(node, name);
      if (passed !== undefined) {
        name = passed.name;
        // No instance can be picked of what is one already.
        if (passed.key !== undefined) return { ...this.#route(node.parent, name), key: passed.key, up };
      } else {
        // Aliases are never inherited, and a module with a configuration of its own uses that.
        if (node.definition.providers.has(name) || name.includes(".")) break;
        name = this.#inheritedName(node, node.parent, name);
      }
      node = node.parent;
    }
    return { name, holder: node, up: 0 };
  }

  /** The caller's default configuration of the same provider, which it may know by another name. */
  #inheritedName(node: ModuleNode, parent: ModuleNode, name: string): string {
    const source = this.#sourceOf(node.definition, name);
    if (this.#sourceOf(parent.definition, name) === source) return name;
    const names = [...parent.definition.requiredProviders.keys()];
    return names.find((candidate) => this.#sourceOf(parent.definition, candidate) === source) ?? name;
  }
}

/** The entry of a map, which is added first if it is missing. */
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

/**
 * The version that a lock file has for a provider. One written by the other tool differs in the default registry only.
 */
export function lockedVersionOf(source: string, locked: LockedVersions): string | undefined {
  const hosts = Object.values(DEFAULT_HOSTS);
  const [host = "", ...name] = source.split("/");
  const candidates = hosts.includes(host) ? [source, ...hosts.map((other) => [other, ...name].join("/"))] : [source];
  return candidates.map((candidate) => locked.get(candidate)).find((version) => version !== undefined);
}

/** A provider configuration as the module names it that holds it. */
interface Route extends Pick<Written, "key"> {
  readonly name: string;
  readonly holder: ModuleNode;
  /** How many calls above the module the key is written. */
  readonly up: number;
}

/** A reference to a provider configuration: `acme.eu`, `acme.by_org[each.key]`. */
interface Written {
  readonly name: string;
  readonly key?: Expression | "unknown";
}

function written(node: ModuleNode, { block }: DeclaredResource): Written | undefined {
  const value = block.body.attribute("provider")?.value;
  return value && configurationIn(value, node.definition);
}

/** What the call passes for a configuration of the called module, as the caller names it. */
function passedTo(node: ModuleNode, name: string): Written | undefined {
  const map = node.call?.block.body.attribute("providers")?.value;
  const caller = node.parent?.definition;
  if (map?.kind !== "object" || caller === undefined) return undefined;
  const item = map.items.find(({ key }) => configurationIn(key, caller)?.name === name);
  return item && configurationIn(item.value, caller);
}

function configurationIn(expression: Expression, definition: ModuleDefinition): Written | undefined {
  if (expression.kind === "reference") {
    const [alias, index] = expression.steps;
    const name = alias?.kind === "attribute" ? `${expression.root}.${alias.name}` : expression.root;
    return { name, ...(index?.kind === "index" && { key: index.key }) };
  }
  const { file, start, end } = expression.range;
  // `acme.eu = …` is a key only here, and the general reading of expressions refuses it.
  const text =
    expression.kind === "literal"
      ? expression.value
      : definition.files
          .find((one) => one.file === file)
          ?.text.slice(start.offset, end.offset)
          .trim();
  const [, name, index] = typeof text === "string" ? (/^([\w-]+(?:\.[\w-]+)?)(\[.*\])?$/su.exec(text) ?? []) : [];
  return name === undefined ? undefined : { name, ...(index !== undefined && { key: "unknown" }) };
}
