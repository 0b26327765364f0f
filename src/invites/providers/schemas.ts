import { mayBeIn, type ProviderIdentity } from "./identify.js";
import type { SchemaPlace, SchemaRow } from "./profile.js";
import type { KnownDialect } from "./registry.js";

/** What may be written in a block. */
export type BlockSchema = Required<Omit<SchemaRow, "versions" | "evidence">>;

/** The schemas that a place has with one behavior, in the versions that may be in use. */
export function schemaRowsOf(
  { provider, versions: own }: KnownDialect,
  place: SchemaPlace,
  range: Pick<ProviderIdentity, "range">,
): readonly SchemaRow[] {
  const rows: readonly SchemaRow[] =
    place === provider.invite ? provider.inviteSchema : (provider.schemas[place] ?? []);
  return rows.filter(({ versions = "*" }) => mayBeIn({ range: own }, versions) && mayBeIn(range, versions));
}

/**
 * What a place may hold under any version that the facts allow; undefined where that is not known for all of them.
 * What one of the versions takes is allowed; a name is set by the provider, or has another here, only where all agree.
 */
export function schemaOf(provider: ProviderIdentity, place: SchemaPlace): BlockSchema | undefined {
  const found = provider.candidates.map((row) => schemaRowsOf(row, place, provider));
  const [first, ...others] = found.flat();
  if (first === undefined || found.some((rows) => rows.length === 0)) return undefined;
  const names = (of: (row: SchemaRow) => readonly string[]) => [...new Set(found.flat().flatMap(of))];
  const taken = { arguments: names((row) => row.arguments), blocks: names(({ blocks = [] }) => blocks) };
  const isFree = (name: string) => !taken.arguments.includes(name) && !taken.blocks.includes(name);
  return {
    ...taken,
    computed: (first.computed ?? []).filter(
      (name) => isFree(name) && others.every((row) => row.computed?.includes(name)),
    ),
    renamed: Object.fromEntries(
      Object.entries(first.renamed ?? {}).filter(
        ([name, here]) => isFree(name) && others.every((row) => row.renamed?.[name] === here),
      ),
    ),
  };
}
