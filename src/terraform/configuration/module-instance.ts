import { shownFrom } from "../../base/paths.js";
import type { ModuleStep } from "../addresses/address.js";
import type { ToolName } from "../files/file-names.js";
import { isDeclaredSensitive, type PlacedBlock } from "./definition/module-definition.js";
import { type EvaluationBudget, tooLarge } from "./evaluation/budget.js";
import { evaluate, type FileFunctions, type Resolved, type Scope } from "./evaluation/evaluate.js";
import { ANY_INSTANCE, type Expansion, type ExpansionItem, expand, withRepetition } from "./evaluation/expansion.js";
import { resultOf, sensitiveValue } from "./evaluation/marking.js";
import { listValue, named, type Origin, stringValue, unknown, type Value } from "./evaluation/value.js";
import { variableValue } from "./evaluation/variables.js";
import { isNode, type ModuleNode } from "./module-tree.js";
import type { Expression, TraversalStep } from "./syntax/syntax.js";

/** What all module instances of one configuration share. */
export interface EvaluationContext {
  readonly tool: ToolName;
  readonly budget: EvaluationBudget;
  /** Of the root module's declared variables. */
  readonly rootVariables: ReadonlyMap<string, Value>;
  readonly workspace: Value;
  readonly rootDirectory: string;
  readonly files: FileFunctions;
  /** Called when a value needs the outputs of a module that was not loaded for them; by call path (`a.b`). */
  demand(callPath: string): void;
}

/** The instances of a called module within one instance of its caller. */
export interface ChildInstances {
  readonly expansion: Expansion;
  readonly instances: readonly ModuleInstance[];
  /** Stands for whichever instance: `each` and `count` of the call are unknown in it. */
  readonly anyInstance: ModuleInstance;
}

/** How a module was called. */
interface Called {
  readonly caller: ModuleInstance;
  readonly call: PlacedBlock;
  /** The caller's scope with `each` and `count` of this instance. */
  readonly scope: Scope;
  /** Where the instance's key is written. */
  readonly origin: Origin | undefined;
  /** What stands for the instance's key where it must not be shown. */
  readonly shownKey?: string | undefined;
}

/** One instance of a module, with lazily evaluated variables, locals, outputs and called modules. */
export class ModuleInstance {
  readonly node: ModuleNode;
  readonly steps: readonly ModuleStep[];
  /** The same as they may be shown. */
  readonly shownSteps: readonly ModuleStep[];
  readonly scope: Scope;
  readonly context: EvaluationContext;
  /** Absent for the root module. */
  readonly called: Called | undefined;
  readonly #values = new Map<string, Value | "evaluating">();
  readonly #children = new Map<string, ChildInstances | "evaluating">();

  constructor(context: EvaluationContext, node: ModuleNode, steps: readonly ModuleStep[], called?: Called) {
    this.context = context;
    this.node = node;
    this.steps = steps;
    this.called = called;
    const last = steps.at(-1);
    const caller = called?.caller.shownSteps ?? [];
    this.shownSteps = last === undefined ? [] : [...caller, { name: last.name, key: called?.shownKey ?? last.key }];
    this.scope = {
      budget: context.budget,
      files: context.files,
      resolve: (root, rest, keyOf) => this.#resolve(root, rest, keyOf),
    };
  }

  /** Whether a key of it must not be shown. */
  get isHidden(): boolean {
    return this.called !== undefined && (this.called.shownKey !== undefined || this.called.caller.isHidden);
  }

  /** Where the key of the innermost repeated call above is written. */
  get keyOrigin(): Origin | undefined {
    if (this.called === undefined) return undefined;
    return this.called.origin ?? this.called.caller.keyOrigin;
  }

  /** The instances of the module that is called by that name, or undefined where the call was not followed. */
  child(name: string): ChildInstances | undefined {
    const known = this.#children.get(name);
    if (known === "evaluating") return undefined;
    if (known !== undefined) return known;
    const node = this.node.children.get(name);
    if (!isNode(node) || node.call === undefined) return undefined;
    const { call } = node;
    // A call whose instances depend on its own outputs comes by here again.
    this.#children.set(name, "evaluating");
    const expansion = expand(call.block.body, this.scope, this.context.tool);
    const instance = (item: Pick<ExpansionItem, "key" | "names" | "shownKey">, origin: Origin | undefined) =>
      new ModuleInstance(this.context, node, [...this.steps, { name, key: item.key }], {
        caller: this,
        call,
        scope: withRepetition(this.scope, item.names),
        origin,
        shownKey: item.shownKey,
      });
    const children: ChildInstances = {
      expansion,
      instances: expansion.items.map((item) => instance(item, expansion.kind === "single" ? undefined : item.origin)),
      anyInstance: instance({ key: undefined, names: ANY_INSTANCE }, undefined),
    };
    this.#children.set(name, children);
    return children;
  }

  variable(name: string): Value {
    return this.#once(`var.${name}`, () => {
      const declaration = this.node.definition.variables.get(name);
      if (declaration === undefined) return unknown(`var.${name} is not declared`);
      if (this.called === undefined)
        return this.context.rootVariables.get(name) ?? unknown(`var.${name} has no value here`);
      const argument = this.called.call.block.body.attribute(name);
      const assigned = argument && evaluate(argument.value, this.called.scope);
      return variableValue(declaration, assigned, this.context.budget);
    });
  }

  local(name: string): Value {
    return this.#once(`local.${name}`, () => {
      const attribute = this.node.definition.locals.get(name);
      if (attribute === undefined) return unknown(`local.${name} is not declared`);
      return this.#named(evaluate(attribute.value, this.scope), `local.${name}`);
    });
  }

  output(name: string): Value {
    return this.#once(`output.${name}`, () => {
      const value = this.node.definition.outputs.get(name)?.block.body.attribute("value");
      if (value === undefined) {
        this.context.demand(this.node.path.join("."));
        return unknown(`there is no output "${name}"`);
      }
      const made = this.#named(evaluate(value.value, this.scope), `module.${this.node.path.at(-1)}.${name}`);
      const { block } = this.node.definition.outputs.get(name) ?? {};
      return block !== undefined && isDeclaredSensitive(block) ? sensitiveValue(made) : made;
    });
  }

  #named(value: Value, via: string): Value {
    return tooLarge([value], this.context.budget) ?? named(value, via);
  }

  #once(name: string, compute: () => Value): Value {
    const known = this.#values.get(name);
    if (known === "evaluating") return unknown(`${name} refers to itself`);
    if (known !== undefined) return known;
    this.#values.set(name, "evaluating");
    const value = compute();
    this.#values.set(name, value);
    return value;
  }

  #resolve(root: string, steps: readonly TraversalStep[], keyOf: (key: Expression) => Value): Resolved {
    const [first] = steps;
    const name = first?.kind === "attribute" ? first.name : undefined;
    if (name === undefined) return { value: unknown(`${root} is not understood here`), consumed: steps.length };
    const known = (value: Value): Resolved => ({ value, consumed: 1 });
    switch (root) {
      case "var":
        return known(this.variable(name));
      case "local":
        return known(this.local(name));
      case "module":
        return this.#moduleOutput(name, steps, keyOf);
      case "path":
        return known(this.#path(name));
      case "terraform":
      case "tofu":
        return known(name === "workspace" ? this.context.workspace : unknown(`${root}.${name} is not known here`));
      case "each":
      case "count":
        return known(unknown(`${root}.${name} has no meaning here`));
      default: {
        const parts = steps.slice(0, root === "data" ? 2 : 1);
        const shown = [root, ...parts.flatMap((step) => (step.kind === "attribute" ? step.name : []))].join(".");
        return { value: unknown(`${shown} is known to Terraform only`), consumed: steps.length };
      }
    }
  }

  #moduleOutput(name: string, steps: readonly TraversalStep[], keyOf: (key: Expression) => Value): Resolved {
    const open = (reason: string): Resolved => ({ value: unknown(reason), consumed: steps.length });
    const node = this.node.children.get(name);
    if (node === undefined) {
      // Not followed so far: it may be one that does not matter otherwise, and may be nothing at all.
      if (this.node.definition.calls.has(name)) this.context.demand([...this.node.path, name].join("."));
      return open(`module.${name} was not followed`);
    }
    if (!isNode(node)) return open(`module.${name} could not be followed: ${node.reason}`);
    const children = this.child(name);
    if (children === undefined) return open(`module.${name} refers to itself`);
    const [, second, third] = steps;
    if (second?.kind === "splat" && third?.kind === "attribute" && children.expansion.kind !== "for_each") {
      const { complete, reason = "" } = children.expansion;
      const outputs = children.instances.map((instance) => instance.output(third.name));
      // Every later step belongs to each of the outputs.
      const rest = steps.slice(3);
      if (rest.length > 0 || !complete) return open(complete ? `module.${name} has several instances` : reason);
      return { value: listValue(outputs), consumed: 3 };
    }
    if (children.expansion.kind === "single") {
      const [only] = children.instances;
      if (only === undefined || second?.kind !== "attribute") return open(`module.${name} is not known here`);
      return { value: only.output(second.name), consumed: 2 };
    }
    if (second?.kind !== "index" || third?.kind !== "attribute") return open(`module.${name} has several instances`);
    const key = keyOf(second.key);
    const chosen = children.instances.find(({ steps: [...to] }) => {
      const wanted = to.at(-1)?.key;
      return (key.kind === "string" || key.kind === "number") && String(key.value) === String(wanted);
    });
    if (chosen === undefined) return open(`module.${name} with that key is not known here`);
    const output = chosen.output(third.name);
    return { value: resultOf(output, [output], { decidedBy: [key] }), consumed: 3 };
  }

  #path(name: string): Value {
    if (name === "module") return stringValue(shownFrom(this.context.rootDirectory, this.node.directory));
    return name === "root" ? stringValue(".") : unknown(`path.${name} differs from machine to machine`);
  }
}
