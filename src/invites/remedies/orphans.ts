import { emailKey } from "../../base/email.js";
import type { Invite } from "../../openai/types.js";
import type { Address } from "../../terraform/addresses/address.js";
import type { NewBlock } from "../../terraform/edit/new-blocks.js";
import { quoteHclString } from "../../terraform/hcl-string.js";
import type { Inventory, InviteEntry } from "../inventory.js";
import { configurationsIn } from "../provider-configurations.js";
import { rowsOf } from "../providers/identify.js";
import type { KnownDialect } from "../providers/registry.js";
import { isPending } from "../status.js";
import { importing } from "./remedies.js";
import type { TerraformCommand } from "./remedy.js";

/** A pending invite at OpenAI that is in no state that was read. */
export interface Orphan {
  readonly invite: Invite;
  /** Where it can be imported; absent where nothing tells which provider manages the invites of its organization. */
  readonly home?: OrphanHome;
}

export interface OrphanHome {
  readonly directory: string;
  readonly address: Address;
  /** What has to be written first; absent where the configuration declares the person already. */
  readonly block?: NewBlock;
  /** Absent where the address has a key that must not be shown. */
  readonly command?: TerraformCommand;
}

/** The invites of one organization, with the root modules that have invites of it. */
export interface OrganizationInvites {
  readonly invites: readonly Invite[];
  readonly inventories: readonly Inventory[];
}

/** The pending invites that no state holds and no import block takes in. Names of blocks say nothing with `anonymous`. */
export function findOrphans(
  organizations: readonly OrganizationInvites[],
  inventories: readonly Inventory[],
  { now, anonymous }: { readonly now: number; readonly anonymous: boolean },
): Orphan[] {
  const held = new Set(inventories.flatMap(({ entries }) => entries.flatMap(({ objects }) => objects.map(idOfObject))));
  const taken = new Set<string>();
  return organizations.flatMap(({ invites, inventories: own }) =>
    invites.flatMap((invite) => {
      if (held.has(invite.id) || !isPending(invite, now)) return [];
      // Two variables may hold keys of one organization.
      held.add(invite.id);
      const home = declaredHome(invite, own) ?? newHome(invite, own, { taken, anonymous });
      return [{ invite, ...(home && { home }) }];
    }),
  );
}

function idOfObject({ id }: { readonly id?: string }): string | undefined {
  return id;
}

/** The block that invites the same person and has sent nothing, such as after a create that failed once it was sent. */
function declaredHome({ id, email }: Invite, inventories: readonly Inventory[]): OrphanHome | undefined {
  const isTheirs = ({ objects, inConfig, unknownInstances, email: own }: InviteEntry) =>
    objects.length === 0 &&
    inConfig === true &&
    unknownInstances === undefined &&
    own !== undefined &&
    emailKey(own) === emailKey(email);
  const entry = inventories.flatMap(({ entries }) => entries).find(isTheirs);
  if (entry === undefined) return undefined;
  const { directory, address, isKeyHidden } = entry;
  return { directory, address, ...(isKeyHidden !== true && { command: importing(address, id) }) };
}

/** A new block in the first root module whose provider is known. */
function newHome(
  invite: Invite,
  inventories: readonly Inventory[],
  { taken, anonymous }: { readonly taken: Set<string>; readonly anonymous: boolean },
): OrphanHome | undefined {
  for (const inventory of inventories) {
    const manager = managerIn(inventory);
    if (manager === undefined) continue;
    const { row, provider } = manager;
    const type = row.provider.invite;
    const name = freeName(anonymous ? "orphan" : nameFor(invite.email), type, inventory, taken);
    const address: Address = { module: [], mode: "managed", type, name, key: undefined };
    const block = blockFor(invite, row, address, provider);
    return { directory: inventory.directory, address, block, command: importing(address, invite.id) };
  }
  return undefined;
}

/** How a root module manages invites: the provider's behavior, and the configuration that a block has to name. */
function managerIn({ entries, configuration }: Inventory) {
  const [entry] = entries.filter(({ provider }) => provider.candidates.length > 0);
  const sources = [...configuration.lockedVersions.keys()];
  const row = entry?.provider.candidates[0] ?? sources.flatMap(rowsOf).at(0);
  if (row === undefined) return undefined;
  const [known = entry] = [...configurationsIn(configuration).values()];
  const [name = ""] = (entry ?? known)?.configurationNames ?? [];
  // The default configuration needs no mention, and one of a called module can't be named in the root module.
  const provider = name.includes(".") && !name.startsWith("module.") && !name.includes("[*]") ? name : undefined;
  return { row, provider };
}

function blockFor(
  { email, role, projects }: Invite,
  row: KnownDialect,
  { type, name }: Address,
  provider: string | undefined,
): NewBlock {
  const quoted = projects.map(({ id, role: own = "member" }) => ({
    id: quoteHclString(id),
    role: quoteHclString(own),
  }));
  const list = quoted.map((one) => `{ id = ${one.id}, role = ${one.role} }`).join(", ");
  const isBlock = row.projects === "block" || row.projects === "required-block";
  return {
    keyword: "resource",
    labels: [type, name],
    ...(row.projects === "required-block" &&
      quoted.length === 0 && { comment: "This provider requires a projects block; the invite has no project." }),
    arguments: {
      ...(provider !== undefined && { provider }),
      email: quoteHclString(email),
      role: quoteHclString(role),
      ...(row.projects === "attribute" && quoted.length > 0 && { projects: `[${list}]` }),
    },
    ...(isBlock && { blocks: quoted.map((given) => ({ keyword: "projects" as const, arguments: given })) }),
  };
}

/** The part before the @, as a name that Terraform takes. */
function nameFor(email: string): string {
  const [local = ""] = email.toLowerCase().split("@");
  const name = local.replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "");
  return /^[a-z]/.test(name) ? name : `invite_${name}`.replace(/_$/, "");
}

/** That name, or with a number, such that neither configuration nor state have it for anything in the root module. */
function freeName(wanted: string, type: string, inventory: Inventory, taken: Set<string>): string {
  const { directory, configuration, state } = inventory;
  const declared = configuration.resources.filter(({ modulePath }) => modulePath.length === 0);
  const stored = (state?.instances ?? []).flatMap(({ address }) => (address.module.length === 0 ? [address] : []));
  const used = new Set([...declared, ...stored].filter((one) => one.type === type).map((one) => one.name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    const key = `${directory}\0${type}.${name}`;
    if (used.has(name) || taken.has(key)) continue;
    taken.add(key);
    return name;
  }
}
