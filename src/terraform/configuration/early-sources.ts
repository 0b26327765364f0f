import { type GivenVariables, variablesIn } from "./deciding-variables.js";
import { evaluate } from "./evaluation/evaluate.js";
import { ANY_INSTANCE, withRepetition } from "./evaluation/expansion.js";
import { type EvaluationContext, ModuleInstance } from "./module-instance.js";
import type { EarlySource, ModuleNode } from "./module-tree.js";
import type { Expression } from "./syntax/syntax.js";

/**
 * Works out module sources that are made from variables and locals, as
 * [OpenTofu](https://opentofu.org/docs/language/modules/sources/) does since 1.8, and Terraform since 1.15.
 */
export class EarlySources {
  readonly #instances = new Map<ModuleNode, ModuleInstance>();
  readonly #contextOf: (root: ModuleNode) => Promise<EvaluationContext>;
  readonly #given: GivenVariables;

  /** `given` are variables of the root module that have a value from elsewhere. */
  constructor(contextOf: (root: ModuleNode) => Promise<EvaluationContext>, given: GivenVariables) {
    this.#contextOf = contextOf;
    this.#given = given;
  }

  async of(source: Expression, node: ModuleNode): Promise<EarlySource> {
    const { scope } = await this.#instanceOf(node);
    const value = evaluate(source, scope);
    const variables = variablesIn(source, node, this.#given);
    if (value.kind === "string") return { kind: "known", text: value.value, ...variables };
    return { kind: "unknown", reason: value.kind === "unknown" ? value.reason : "it is not text", ...variables };
  }

  /** Whichever instance of the module: a source is the same for all of them. */
  async #instanceOf(node: ModuleNode): Promise<ModuleInstance> {
    const known = this.#instances.get(node);
    if (known !== undefined) return known;
    const { parent, call } = node;
    let instance: ModuleInstance;
    if (parent === undefined || call === undefined)
      instance = new ModuleInstance(await this.#contextOf(node), node, []);
    else {
      const caller = await this.#instanceOf(parent);
      const called = { caller, call, scope: withRepetition(caller.scope, ANY_INSTANCE), origin: undefined };
      instance = new ModuleInstance(caller.context, node, [], called);
    }
    this.#instances.set(node, instance);
    return instance;
  }
}
