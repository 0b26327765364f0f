import { bool, bytes, embedded, integer, mapOf, message, repeated, string } from "./protobuf.js";

/**
 * The messages of Terraform's plugin protocol, version 6, that an invite needs, by their field numbers:
 * https://github.com/hashicorp/terraform/tree/main/docs/plugin-protocol
 */

/** A value by its type's encoding; only one of the two is set. */
const dynamicValue = message({ msgpack: bytes(1), json: bytes(2) });

const pathStep = message({ attributeName: string(1) });
const attributePath = message({ steps: repeated(1, pathStep) });

export const SEVERITY = { error: 1, warning: 2 } as const;
const diagnostic = message({ severity: integer(1), summary: string(2), detail: string(3) });

export const NESTING_LIST = 2;
const objectAttribute = message({
  name: string(1),
  /** The type as JSON: `"string"`. */
  type: bytes(2),
  required: bool(4),
});
const nestedObject = message({ attributes: repeated(1, objectAttribute), nesting: integer(3) });
const schemaAttribute = message({
  name: string(1),
  type: bytes(2),
  required: bool(4),
  optional: bool(5),
  computed: bool(6),
  sensitive: bool(7),
  nestedType: embedded(10, nestedObject),
});
const innerBlock = message({ version: integer(1), attributes: repeated(2, schemaAttribute) });
export const BLOCK_LIST = 2;
const nestedBlock = message({
  typeName: string(1),
  block: embedded(2, innerBlock),
  nesting: integer(3),
  minItems: integer(4),
});
const block = message({
  version: integer(1),
  attributes: repeated(2, schemaAttribute),
  blockTypes: repeated(3, nestedBlock),
});
const schema = message({ version: integer(1), block: embedded(2, block) });

const nothing = message({});
const diagnosticsFirst = message({ diagnostics: repeated(1, diagnostic) });

const resourceAndConfig = message({ typeName: string(1), config: embedded(2, dynamicValue) });

/** The methods of `tfplugin6.Provider`: what comes in, and what goes out. */
export const METHODS = {
  GetProviderSchema: {
    request: nothing,
    response: message({
      provider: embedded(1, schema),
      resourceSchemas: mapOf(2, schema),
      dataSourceSchemas: mapOf(3, schema),
      diagnostics: repeated(4, diagnostic),
    }),
  },
  ValidateProviderConfig: {
    request: message({ config: embedded(1, dynamicValue) }),
    response: message({ diagnostics: repeated(2, diagnostic) }),
  },
  ConfigureProvider: {
    request: message({ terraformVersion: string(1), config: embedded(2, dynamicValue) }),
    response: diagnosticsFirst,
  },
  ValidateResourceConfig: { request: resourceAndConfig, response: diagnosticsFirst },
  ValidateDataResourceConfig: { request: resourceAndConfig, response: diagnosticsFirst },
  UpgradeResourceState: {
    request: message({
      typeName: string(1),
      version: integer(2),
      rawState: embedded(3, message({ json: bytes(1) })),
    }),
    response: message({ upgradedState: embedded(1, dynamicValue), diagnostics: repeated(2, diagnostic) }),
  },
  ReadResource: {
    request: message({ typeName: string(1), currentState: embedded(2, dynamicValue), private: bytes(3) }),
    response: message({
      newState: embedded(1, dynamicValue),
      diagnostics: repeated(2, diagnostic),
      private: bytes(3),
    }),
  },
  PlanResourceChange: {
    request: message({
      typeName: string(1),
      priorState: embedded(2, dynamicValue),
      proposedNewState: embedded(3, dynamicValue),
      config: embedded(4, dynamicValue),
      priorPrivate: bytes(5),
    }),
    response: message({
      plannedState: embedded(1, dynamicValue),
      requiresReplace: repeated(2, attributePath),
      plannedPrivate: bytes(3),
      diagnostics: repeated(4, diagnostic),
      legacyTypeSystem: bool(5),
    }),
  },
  ApplyResourceChange: {
    request: message({
      typeName: string(1),
      priorState: embedded(2, dynamicValue),
      plannedState: embedded(3, dynamicValue),
      config: embedded(4, dynamicValue),
      plannedPrivate: bytes(5),
    }),
    response: message({
      newState: embedded(1, dynamicValue),
      private: bytes(2),
      diagnostics: repeated(3, diagnostic),
      legacyTypeSystem: bool(4),
    }),
  },
  ImportResourceState: {
    request: message({ typeName: string(1), id: string(2) }),
    response: message({
      importedResources: repeated(
        1,
        message({ typeName: string(1), state: embedded(2, dynamicValue), private: bytes(3) }),
      ),
      diagnostics: repeated(2, diagnostic),
    }),
  },
  ReadDataSource: {
    request: message({ typeName: string(1), config: embedded(2, dynamicValue) }),
    response: message({ state: embedded(1, dynamicValue), diagnostics: repeated(2, diagnostic) }),
  },
  StopProvider: { request: nothing, response: message({ error: string(1) }) },
} as const;
