import { type Reading, readHclString } from "../hcl-string.js";
import type { Address, AddressError, AddressResult, InstanceKey, ModuleStep } from "./address.js";

/** [HCL's identifiers](https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#identifiers); `_` may lead. */
const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;

/**
 * Words that Terraform rejects as a resource type, unless `resource.` comes before them:
 * [addrs/parse_target.go](https://github.com/hashicorp/terraform/blob/main/internal/addrs/parse_target.go).
 */
const RESERVED_TYPES: ReadonlySet<string> = new Set(
  "arg count each ephemeral lazy list local module path self template terraform var".split(" "),
);

/** Whether Terraform accepts a text as the name of a resource, a type, or a module. */
export function isIdentifier(text: string): boolean {
  IDENTIFIER.lastIndex = 0;
  return IDENTIFIER.exec(text)?.[0] === text;
}

function failure(message: string, offset: number): { readonly ok: false; readonly error: AddressError } {
  return { ok: false, error: { message, offset } };
}

/** The text at an offset, for "found …". */
function found(text: string, offset: number): string {
  const rest = text.slice(offset);
  return rest === "" ? "the end of the text" : JSON.stringify(rest.length > 20 ? `${rest.slice(0, 20)}…` : rest);
}

function readIdentifier(text: string, start: number, what: string): Reading<string> {
  IDENTIFIER.lastIndex = start;
  const match = IDENTIFIER.exec(text);
  if (match === null) return failure(`expected ${what}, found ${found(text, start)}`, start);
  return { ok: true, value: match[0], end: start + match[0].length };
}

/** Reads a `count` index as Terraform prints it: decimal, not negative, without leading zeros. */
function readIndex(text: string, start: number): Reading<number> {
  const digits = /^[0-9]+/.exec(text.slice(start, start + 20))?.[0] ?? "";
  if (digits.length > 1 && digits.startsWith("0")) return failure("expected a number without leading zeros", start);
  const value = Number(digits);
  if (!Number.isSafeInteger(value)) return failure(`expected a number up to ${Number.MAX_SAFE_INTEGER}`, start);
  return { ok: true, value, end: start + digits.length };
}

/** Reads `[KEY]` at an offset; without a bracket there is no key. */
function readInstanceKey(text: string, start: number): Reading<InstanceKey> {
  if (text[start] !== "[") return { ok: true, value: undefined, end: start };
  const first = text[start + 1] ?? "";
  if (first === "*")
    return failure("expected one key in the brackets; Terraform doesn't accept a wildcard here", start + 1);
  if (first !== '"' && !/^[0-9]$/.test(first)) {
    return failure(
      `expected a number or a string in double quotes, found ${found(text, start + 1)}; ` +
        "if the shell removed the quotes, put the whole address in single quotes",
      start + 1,
    );
  }
  const key = first === '"' ? readHclString(text, start + 1) : readIndex(text, start + 1);
  if (!key.ok) return key;
  if (text[key.end] !== "]") return failure(`expected "]" after the key, found ${found(text, key.end)}`, key.end);
  return { ok: true, value: key.value, end: key.end + 1 };
}

/** Reads `NAME[KEY]` after `module.`. */
function readModuleStep(text: string, start: number): Reading<ModuleStep> {
  const name = readIdentifier(text, start, 'a module name after "module."');
  if (!name.ok) return name;
  const key = readInstanceKey(text, name.end);
  if (!key.ok) return key;
  return { ok: true, value: { name: name.value, key: key.value }, end: key.end };
}

/** Reads the resource type with the `data.` or `resource.` before it. */
function readResourceHead(text: string, start: number): Reading<Pick<Address, "mode" | "type">> {
  const isData = text.startsWith("data.", start);
  const prefix = isData ? "data." : text.startsWith("resource.", start) ? "resource." : "";
  const type = readIdentifier(text, start + prefix.length, "a resource type");
  if (!type.ok) return type;
  if (prefix === "" && type.value === "ephemeral") {
    return failure("expected a managed resource or a data source; ephemeral resources are never in a state", start);
  }
  if (prefix === "" && RESERVED_TYPES.has(type.value)) {
    const after = type.value === "module" ? '"module." and a module name' : "a resource type";
    return failure(`expected ${after}; "${type.value}" is a reserved word`, start);
  }
  return { ok: true, value: { mode: isData ? "data" : "managed", type: type.value }, end: type.end };
}

/**
 * Reads an address as Terraform prints it (`module.squads["core infra"].openai_invite.member[0]`): no blanks, no
 * wildcards, nothing before or after it. As in Terraform, `resource.` may come before a resource type.
 */
export function parseAddress(text: string): AddressResult {
  const module: ModuleStep[] = [];
  let at = 0;
  while (text.startsWith("module.", at)) {
    const step = readModuleStep(text, at + "module.".length);
    if (!step.ok) return step;
    if (text[step.end] !== ".") {
      return failure(`expected "." and a resource after the module path, found ${found(text, step.end)}`, step.end);
    }
    module.push(step.value);
    at = step.end + 1;
  }
  const head = readResourceHead(text, at);
  if (!head.ok) return head;
  const { mode, type } = head.value;
  if (text[head.end] !== ".") {
    return failure(`expected "." and a name after the type "${type}", found ${found(text, head.end)}`, head.end);
  }
  const name = readIdentifier(text, head.end + 1, `a resource name after "${type}."`);
  if (!name.ok) return name;
  const key = readInstanceKey(text, name.end);
  if (!key.ok) return key;
  if (key.end !== text.length) {
    return failure(`expected the end of the address, found ${found(text, key.end)}`, key.end);
  }
  return { ok: true, address: { module, mode, type, name: name.value, key: key.value } };
}

/** Reads a module path as in state files (`module.squads["core infra"].module.inner`); `""` is the root module. */
export function parseModulePath(
  text: string,
): { readonly ok: true; readonly module: readonly ModuleStep[] } | ReturnType<typeof failure> {
  if (text === "") return { ok: true, module: [] };
  const module: ModuleStep[] = [];
  let at = 0;
  for (;;) {
    if (!text.startsWith("module.", at)) {
      return failure(`expected "module." and a module name, found ${found(text, at)}`, at);
    }
    const step = readModuleStep(text, at + "module.".length);
    if (!step.ok) return step;
    module.push(step.value);
    if (step.end === text.length) return { ok: true, module };
    if (text[step.end] !== ".") {
      return failure(`expected "." or the end of the module path, found ${found(text, step.end)}`, step.end);
    }
    at = step.end + 1;
  }
}
