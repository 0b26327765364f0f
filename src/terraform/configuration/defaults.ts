import type { ModuleNode } from "./module-tree.js";
import type { Body, Expression } from "./syntax/syntax.js";
import { visitExpression } from "./syntax/traversal.js";

/**
 * The variables of the root module whose defaults decide how often a block is repeated, by itself or by the calls that
 * lead to it. `given` are variables that have a value from elsewhere. Outputs of modules are not followed.
 */
export function defaultsBehind(body: Body, node: ModuleNode, given: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  const seen = new Set<Expression>();
  const follow = (expression: Expression | undefined, module: ModuleNode) => {
    if (expression === undefined || seen.has(expression)) return;
    seen.add(expression);
    const { definition, parent, call } = module;
    visitExpression(expression, (part) => {
      const [step] = part.kind === "reference" ? part.steps : [];
      if (part.kind !== "reference" || step?.kind !== "attribute") return;
      if (part.root === "local") follow(definition.locals.get(step.name)?.value, module);
      if (part.root !== "var") return;
      if (parent !== undefined) follow(call?.block.body.attribute(step.name)?.value, parent);
      else if (!given.has(step.name) && definition.variables.get(step.name)?.fallback) found.add(step.name);
    });
  };
  let block: Body | undefined = body;
  for (let at: ModuleNode | undefined = node; at !== undefined && block !== undefined; at = at.parent) {
    for (const name of ["for_each", "count"]) follow(block.attribute(name)?.value, at);
    block = at.call?.block.body;
  }
  return [...found];
}
