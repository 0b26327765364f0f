import type { InstanceKey } from "./address.js";
import { parseModulePath } from "./address-parser.js";

/**
 * A provider configuration, as a state names it.
 *
 * Grammar: `[MODULE.]provider["HOST/NAMESPACE/TYPE"][.ALIAS][[KEY]]`, after `AbsProviderConfig` in Terraform's
 * [addrs/provider_config.go](https://github.com/hashicorp/terraform/blob/main/internal/addrs/provider_config.go);
 * the key at the end is OpenTofu's, for
 * [`for_each` in provider blocks](https://opentofu.org/docs/language/providers/configuration/#for_each-multiple-instances-of-a-provider-configuration).
 */
export interface ProviderAddress {
  /** `registry.terraform.io/openai/openai`. */
  readonly source: string;
  readonly hostname: string;
  /** `-` where a state of Terraform 0.12 has only the type. */
  readonly namespace: string;
  readonly type: string;
  readonly alias: string | undefined;
  /** The module that holds the configuration, such as `module.eu`; absent in the root module. */
  readonly modulePath: string | undefined;
  /** The instance of a configuration with `for_each`; OpenTofu only. */
  readonly key: InstanceKey;
}

const DEFAULT_HOST = "registry.terraform.io";
const SOURCE_PART = /^[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?$/u;
const HOST_PART = /^[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?(?::\d+)?$/u;

/** The provider a source string names: `openai/openai` means the public registry, and case does not matter. */
export function parseProviderSource(
  text: string,
): Pick<ProviderAddress, "source" | "hostname" | "namespace" | "type"> | undefined {
  const parts = text.toLowerCase().split("/");
  const type = parts.pop();
  const namespace = parts.pop() ?? "hashicorp";
  const hostname = parts.pop() ?? DEFAULT_HOST;
  if (type === undefined || parts.length > 0) return undefined;
  if (!SOURCE_PART.test(type) || !(namespace === "-" || SOURCE_PART.test(namespace)) || !HOST_PART.test(hostname)) {
    return undefined;
  }
  return { source: `${hostname}/${namespace}/${type}`, hostname, namespace, type };
}

/** The provider of a source, where its configuration is not known. */
export function providerOfSource(text: string | null | undefined): ProviderAddress | undefined {
  const source = text ? parseProviderSource(text) : undefined;
  return source && { ...source, alias: undefined, modulePath: undefined, key: undefined };
}

const CONFIGURATION =
  /^(?:(?<module>.+)\.)?provider\["(?<source>[^"\\]+)"\](?:\.(?<alias>[\p{L}_][\p{L}\p{N}_-]*))?(?<key>\[.*\])?$/su;
/** Terraform 0.12 named the type only: `provider.openai`, `module.eu.provider.openai.alias`. */
const LEGACY_CONFIGURATION = /^(?:(?<module>.+)\.)?provider\.(?<type>[\w-]+)(?:\.(?<alias>[\w-]+))?$/su;

/** Reads a state's `provider` string; undefined if it is not valid. */
export function parseProviderAddress(text: string): ProviderAddress | undefined {
  const parts = CONFIGURATION.exec(text)?.groups ?? LEGACY_CONFIGURATION.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const { module: modulePath, alias } = parts;
  const source = parseProviderSource(parts["source"] ?? `${DEFAULT_HOST}/-/${parts["type"]}`);
  if (source === undefined) return undefined;
  if (modulePath !== undefined && !parseModulePath(modulePath).ok) return undefined;
  if (parts["key"] === undefined) return { ...source, alias, modulePath, key: undefined };
  // A module step has the same kind of key, so its parser reads this one too.
  const step = parseModulePath(`module.provider${parts["key"]}`);
  if (!step.ok || step.module.length !== 1) return undefined;
  return { ...source, alias, modulePath, key: step.module[0]?.key };
}
