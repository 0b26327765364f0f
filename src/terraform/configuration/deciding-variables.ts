import type { ConfiguredResource } from "./configuration.js";
import type { VariableDeclaration } from "./definition/module-definition.js";
import type { VariableInput } from "./evaluation/variables.js";
import { isNode, type ModuleNode } from "./module-tree.js";
import type { Body, Expression } from "./syntax/syntax.js";
import { visitExpression } from "./syntax/traversal.js";

/** The root module's variables that decide something and whose value is in no file of it. */
export type DecidingVariables = Pick<ConfiguredResource, "byDefault" | "withoutValue" | "fromOutside">;

/** Variables that have a value from elsewhere, and how it was given. */
export type GivenVariables = ReadonlyMap<string, Pick<VariableInput, "kind">>;

/** The variables that decide how often a block is repeated, by itself or by the calls that lead to it. */
export function variablesBehind(body: Body, node: ModuleNode, given: GivenVariables): DecidingVariables {
  const search = new VariableSearch(given);
  search.followRepetition(body, node);
  return search.found;
}

/** The variables that decide the value of an expression. */
export function variablesIn(expression: Expression, node: ModuleNode, given: GivenVariables): DecidingVariables {
  const search = new VariableSearch(given);
  search.follow(expression, node);
  return search.found;
}

class VariableSearch {
  readonly #given: GivenVariables;
  readonly #byDefault = new Set<string>();
  readonly #withoutValue = new Set<string>();
  readonly #fromOutside = new Set<string>();
  readonly #seen = new Map<ModuleNode, Set<Expression>>();

  constructor(given: GivenVariables) {
    this.#given = given;
  }

  get found(): DecidingVariables {
    return {
      byDefault: [...this.#byDefault],
      withoutValue: [...this.#withoutValue],
      fromOutside: [...this.#fromOutside],
    };
  }

  /** A block's own repetition, and that of the calls that lead to its module. */
  followRepetition(body: Body, node: ModuleNode): void {
    for (const name of ["for_each", "count"]) this.follow(body.attribute(name)?.value, node);
    for (const { body: lifecycle } of body.blocks("lifecycle", 0)) {
      this.follow(lifecycle.attribute("enabled")?.value, node);
    }
    // Which module is called decides what is declared in it.
    if (node.parent !== undefined) this.follow(node.call?.block.body.attribute("source")?.value, node.parent);
    if (node.parent !== undefined && node.call !== undefined) this.followRepetition(node.call.block.body, node.parent);
  }

  follow(expression: Expression | undefined, node: ModuleNode): void {
    const seen = this.#seen.get(node) ?? new Set();
    this.#seen.set(node, seen);
    if (expression === undefined || seen.has(expression)) return;
    seen.add(expression);
    visitExpression(expression, (part) => {
      if (part.kind === "reference") this.#followReference(part, node);
    });
  }

  #takeRoot(name: string, declaration: VariableDeclaration | undefined): void {
    if (declaration === undefined) return;
    const input = this.#given.get(name);
    if (input === undefined) (declaration.fallback ? this.#byDefault : this.#withoutValue).add(name);
    else if (input.kind === "text") this.#fromOutside.add(name);
  }

  #followReference({ root, steps }: Extract<Expression, { kind: "reference" }>, node: ModuleNode): void {
    const { definition, parent, call, children } = node;
    const [name, output] = steps.flatMap((step) => (step.kind === "attribute" ? [step.name] : []));
    if (name === undefined) return;
    if (root === "local") this.follow(definition.locals.get(name)?.value, node);
    if (root === "var") {
      if (parent !== undefined) this.follow(call?.block.body.attribute(name)?.value, parent);
      else this.#takeRoot(name, definition.variables.get(name));
    }
    if (root === "module" && output !== undefined) {
      const called = children.get(name);
      if (isNode(called))
        this.follow(called.definition.outputs.get(output)?.block.body.attribute("value")?.value, called);
    }
  }
}
