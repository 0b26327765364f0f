import { type Inventory, waysToGive } from "../../invites/inventory.js";
import { otherInvites } from "../../invites/other-invites.js";
import { fileAndLine } from "../../terraform/source-range.js";

/**
 * What is not known of an inventory: modules that could not be followed, instances that could not be worked out, and
 * what follows from a default where the state shows that applies pass something else.
 */
export function notKnownNotes({ configuration, entries, givenOtherwise }: Inventory): string[] {
  const modules = configuration.unresolvedModules.map(({ path, range, reason, withoutValue = [] }) => {
    const ways = waysToGive(withoutValue);
    return `${fileAndLine(range)}: what ${moduleName(path)} declares is not known: ${reason}${ways}`;
  });
  const sources = configuration.modules.flatMap(({ path, range, directory, sourceByDefault: [variable] }) =>
    variable === undefined
      ? []
      : `${fileAndLine(range)}: ${moduleName(path)} is read from ${directory}, because of the default of var.${variable}: pass the value that your applies use (--var-file, --var or TF_VAR_${variable})`,
  );
  const blocks = entries.flatMap(({ name, resource, unknownInstances }) =>
    resource === undefined || unknownInstances === undefined
      ? []
      : `${fileAndLine(resource.block.headerRange)}: the instances of ${name} are not known: ${unknownInstances}`,
  );
  const defaults = [...givenOtherwise].map(({ block, type, name, byDefault }) => {
    const variables = byDefault.map((variable) => `var.${variable}`).join(", ");
    return `${fileAndLine(block.headerRange)}: the state has instances of ${type}.${name} that the default of ${variables} does not declare: pass the value that your applies use (--var-file, --var or TF_VAR_${byDefault[0]})`;
  });
  return [...modules, ...sources, ...blocks, ...defaults];
}

/** Blocks that look like invites, of a type that is not known: for commands that print no findings. */
export function otherInviteNotes({ configuration }: Inventory): string[] {
  const notes = otherInvites(configuration).map(
    ({ block, type }) =>
      `${fileAndLine(block.headerRange)}: ${type} looks like an OpenAI invite of a provider that tfinvite does not know, so its status is not looked up`,
  );
  return [...new Set(notes)];
}

function moduleName(path: readonly string[]): string {
  return path.map((call) => `module.${call}`).join(".");
}
