import { type ApiSettings, ask } from "./api.js";
import { isProblem, type Problem, type StandInDialect } from "./dialect.js";
import type { Handlers } from "./grpc-server.js";
import { planInvite } from "./planning.js";
import { type METHODS, SEVERITY } from "./protocol.js";
import { dataSourceSchema, fitted, providerSchema, resourceSchema } from "./schema.js";
import { decodeObject, encodeValue, isObject, type ObjectValue, toValue, type Value } from "./values.js";

/** What a provider takes from its environment where its block does not say. */
export type Environment = Partial<ApiSettings>;

/** Answers Terraform as a provider of this dialect. */
export function inviteProvider(dialect: StandInDialect, environment: Environment): Handlers<typeof METHODS> {
  const { invite, idAttribute, settings, library, dataSource } = dialect;
  let api: ApiSettings | undefined;
  const ready = (): ApiSettings => {
    if (api === undefined) throw new Error("Terraform asked before it had configured the provider");
    return api;
  };
  const isMadeUp = (id: string) => dialect.madeUp?.(id) === true;
  const invitePath = (id: string) => `/organization/invites/${encodeURIComponent(id)}`;
  const idOf = (state: ObjectValue) => textOf(state[idAttribute]) ?? "";
  // SDKv2 writes its private data even without any, as a JSON null.
  const privateData = Buffer.from(library === "sdk2" ? "null" : "");
  const legacyTypeSystem = library === "sdk2";

  return {
    GetProviderSchema: () => ({
      provider: providerSchema(dialect),
      resourceSchemas: { [dialect.resourceType]: resourceSchema(invite) },
      dataSourceSchemas: { [dialect.resourceType]: dataSourceSchema(dialect) },
    }),
    ValidateProviderConfig: () => ({}),
    ConfigureProvider: ({ config }) => {
      const given = decodeObject(config);
      const key = textOf(given?.[settings.key]) ?? environment.key;
      const url = textOf(given?.[settings.url]) ?? environment.url;
      if (key === undefined || url === undefined) {
        return { diagnostics: diagnostics({ summary: `${settings.key} and ${settings.url} are needed here` }) };
      }
      api = { key, url };
      return {};
    },
    ValidateResourceConfig: () => ({}),
    ValidateDataResourceConfig: () => ({}),
    UpgradeResourceState: ({ rawState }) => {
      const raw = toValue(JSON.parse(Buffer.from(rawState?.json ?? []).toString("utf8")));
      return { upgradedState: dynamic(isObject(raw) ? fitted(invite, raw) : null) };
    },
    PlanResourceChange: ({ priorState, proposedNewState, config }) => {
      const proposed = decodeObject(proposedNewState);
      if (proposed === null) return { plannedState: dynamic(null), plannedPrivate: privateData };
      const before = decodeObject(priorState);
      const { planned, requiresReplace } = planInvite(dialect, before, proposed, decodeObject(config) ?? {});
      return {
        plannedState: dynamic(planned),
        requiresReplace: requiresReplace.map((attributeName) => ({ steps: [{ attributeName }] })),
        plannedPrivate: privateData,
        legacyTypeSystem,
      };
    },
    ApplyResourceChange: async ({ priorState, plannedState }) => {
      const before = decodeObject(priorState);
      const planned = decodeObject(plannedState);
      const done = (state: ObjectValue | null, problem?: Problem) => ({
        newState: dynamic(state),
        private: privateData,
        legacyTypeSystem,
        ...(problem !== undefined && { diagnostics: diagnostics(problem) }),
      });
      if (planned === null) {
        const id = before === null ? "" : idOf(before);
        if (isMadeUp(id)) return done(null);
        const problem = dialect.deleted(await ask(ready(), "DELETE", invitePath(id)));
        return done(problem === undefined ? null : before, problem);
      }
      if (before !== null) {
        const summary = library === "sdk2" ? "doesn't support update" : "Not Supported";
        return done(before, { summary });
      }
      const unsendable = dialect.unsendable?.(planned);
      if (unsendable !== undefined) return done(null, unsendable);
      const answer = await ask(ready(), "POST", "/organization/invites", dialect.body(planned));
      const created = dialect.created(answer, planned);
      return isProblem(created) ? done(null, created) : done(fitted(invite, created));
    },
    ReadResource: async ({ currentState, private: kept }) => {
      const state = decodeObject(currentState);
      if (state === null || isMadeUp(idOf(state))) return { newState: dynamic(state), private: kept };
      const read = dialect.read(await ask(ready(), "GET", invitePath(idOf(state))), state);
      if (isProblem(read)) return { newState: dynamic(state), private: kept, diagnostics: diagnostics(read) };
      return { newState: dynamic(read === null ? null : fitted(invite, read)), private: kept };
    },
    ImportResourceState: ({ typeName, id }) => ({
      importedResources: [{ typeName, state: dynamic(fitted(invite, dialect.imported(id))), private: privateData }],
    }),
    ReadDataSource: async ({ config }) => {
      const given = decodeObject(config) ?? {};
      const id = textOf(given[dataSource.argument]) ?? "";
      const read = dialect.lookedUp(await ask(ready(), "GET", invitePath(id)), id);
      if (isProblem(read)) return { state: dynamic(given), diagnostics: diagnostics(read) };
      return { state: dynamic({ ...given, ...read, [dataSource.argument]: id }) };
    },
    StopProvider: () => ({}),
  };
}

function dynamic(value: ObjectValue | null): { readonly msgpack: Uint8Array } {
  return { msgpack: encodeValue(value) };
}

function diagnostics({ summary, detail = "" }: Problem) {
  return [{ severity: SEVERITY.error, summary, detail }];
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
