import { formatInstanceKey } from "../terraform/addresses/address.js";
import type { ProviderAddress } from "../terraform/addresses/provider-address.js";
import type { Configuration, ConfiguredProvider, ProviderKey } from "../terraform/configuration/configuration.js";

/** Which configuration of its provider an invite has: each may be of another organization. */
export interface InviteConfiguration {
  /** The same for two invites of a root module where they have the same configuration, with the same instance key. */
  readonly providerConfiguration: string;
  /**
   * What it is called in settings: `openai`, `openai.by_org["eu"]`, `module.hr.openai`; `openai.by_org[*]` where its key
   * is not known. Several where it may be any of them.
   */
  readonly configurationNames: readonly string[];
}

/** A provider configuration, as far as it is known. */
export interface Configured {
  readonly source?: string | undefined;
  /** What the module that holds it calls the provider. */
  readonly local?: string | undefined;
  readonly alias?: string | undefined;
  /** The module that holds it, such as `module.hr`; empty for the root. */
  readonly holder?: string | undefined;
  /** The key of its instance, where it has `for_each`. */
  readonly key?: ProviderKey | undefined;
}

/** A configuration that is known, or may be any of several. `invite` is the address of an invite that has it. */
export function inviteConfiguration(
  candidates: readonly Configured[],
  invite: string,
  configuration: Configuration,
): InviteConfiguration {
  const known = candidates.flatMap((candidate) => withKeys(candidate, configuration));
  const [only, ...others] = known;
  const names = [...new Set(known.map((one) => nameOf(one, configuration)))];
  const isKnown = only !== undefined && others.length === 0 && only.key !== null;
  return { providerConfiguration: isKnown ? identityOf(only) : `${UNKNOWN}${invite}`, configurationNames: names };
}

/** Whether the configuration is certain, and not only one of several. */
export function isConfigurationKnown({ providerConfiguration }: InviteConfiguration): boolean {
  return !providerConfiguration.startsWith(UNKNOWN);
}

const UNKNOWN = "? ";

/** Every configuration of a provider that has a block, by its identity. */
export function configurationsIn(configuration: Configuration): ReadonlyMap<string, InviteConfiguration> {
  const found = configuration.providers.flatMap((block) =>
    withKeys({ ...configuredBy(block), key: block.keys === undefined ? undefined : null }, configuration).map((one) =>
      inviteConfiguration([one], nameOf(one, configuration), configuration),
    ),
  );
  return new Map(found.map((one) => [one.providerConfiguration, one]));
}

/** The configurations of a provider that have a block; its default one where none has. */
export function configurationsOf(source: string | undefined, { providers }: Configuration): readonly Configured[] {
  const blocks = providers.filter((block) => isSameProvider(block.provider.source, source));
  return blocks.length === 0
    ? [{ source }]
    : blocks.map((block) => ({ ...configuredBy(block), key: block.keys === undefined ? undefined : null }));
}

export function configuredBy({ name, alias, modulePath, provider }: ConfiguredProvider): Configured {
  return { source: provider.source, local: name, alias, holder: holderName(modulePath) };
}

/** What a raw state says. */
export function storedConfiguration({ source, alias, modulePath, key }: ProviderAddress): Configured {
  return { source, alias, holder: modulePath, ...(key !== undefined && { key: String(key) }) };
}

/** `module.hr` of the names of calls. */
export function holderName(calls: readonly string[]): string {
  return calls.map((call) => `module.${call}`).join(".");
}

/** The two registries list the same providers; a state may name one and the configuration the other. */
export function isSameProvider(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && withoutHost(a) === withoutHost(b);
}

function withoutHost(source: string): string {
  return source.split("/").slice(-2).join("/");
}

/** Each instance that it may be. */
function withKeys(configured: Configured, { providers }: Configuration): Configured[] {
  if (configured.key !== null) return [configured];
  const keys = providers.find((block) => isHeldAs(block, configured))?.keys ?? [null];
  return keys.map((key) => ({ ...configured, key }));
}

function isHeldAs(block: ConfiguredProvider, { source, alias, holder = "" }: Configured): boolean {
  return (
    block.alias === alias &&
    holderName(block.modulePath) === holder &&
    (source === undefined || isSameProvider(block.provider.source, source))
  );
}

function identityOf({ source = "", alias = "", holder = "", key }: Configured): string {
  return [holder, withoutHost(source), alias, ...(typeof key === "string" ? [key] : [])].join("\0");
}

function nameOf(configured: Configured, { providers, resources }: Configuration): string {
  const { source, alias, holder = "", key } = configured;
  const local =
    configured.local ??
    providers.find((block) => isHeldAs(block, configured))?.name ??
    resources
      .find(({ provider }) => isSameProvider(provider.source, source) && holderName(provider.holder) === holder)
      ?.provider.configuration.split(".")[0] ??
    source?.split("/").at(-1);
  const name = [holder, local, alias].filter(Boolean).join(".");
  return key === null ? `${name}[*]` : `${name}${formatInstanceKey(key)}`;
}
