import { z } from "zod";
import { describePosition, type InputFault } from "../document/input-error.js";
import type { JsonPosition } from "../document/json-scanner.js";
import { type Keep, type KeepMembers, keepMembers } from "../document/prune-json.js";
import { attempt, typeOf, Unreadable } from "../document/read-as.js";
import {
  DocumentScan,
  notAnObject,
  type ReadFileOptions,
  type ReadOptions,
  type Refused,
  readDocument,
  readPieces,
  type ScanContext,
  wholeIfWanted,
} from "../document/read-document.js";
import { hasDuplicates, readRawResource } from "./raw-state.js";
import { keepShowState, readShowState } from "./show-state.js";
import type { StateInstance, StateRead } from "./state.js";

/** Fields that only a stored state has. */
const RAW_FIELDS: readonly string[] = ["version", "serial", "lineage", "outputs", "resources", "check_results"];
const PLAN_FIELDS: readonly string[] = ["planned_values", "resource_changes", "prior_state"];
/** Fields of other JSON outputs of Terraform that also have a `format_version`. */
const OTHER_SHOW_FIELDS: readonly string[] = [
  "provider_schemas",
  "function_signatures",
  "valid",
  "diagnostics",
  "configuration",
  "root_module",
];

/** The fields of a stored state that are needed besides its resources. */
const Header = z.object({
  version: z.int().min(1).optional().catch(undefined),
  terraform_version: z.string().optional().catch(undefined),
  lineage: z.string().optional().catch(undefined),
  serial: z.number().optional().catch(undefined),
  resources: z.array(z.unknown()).nullish(),
});

const NOT_A_STATE_HINT = "Pass the output of `terraform state pull` or `terraform show -json`.";

function notAState(what: string): InputFault {
  return { kind: "not-a-state", what: `it is ${what}, not a state`, hint: NOT_A_STATE_HINT };
}

/**
 * Reads one state, raw or as `terraform show -json` prints it. The `resources` of a raw state are read one by one.
 */
class StateScan extends DocumentScan<StateRead> {
  readonly #instances: StateInstance[] = [];
  readonly #show: KeepMembers;
  readonly #resources: Keep;
  #field = "";
  #resourceCount = 0;
  #resourcePosition: JsonPosition = { offset: 0, line: 1 };

  constructor(context: ScanContext) {
    super(
      "state",
      {
        invalid: NOT_A_STATE_HINT,
        tooLarge: "Pass the output of `terraform state pull`, which tfinvite reads as a stream.",
        truncated: "The copy or the pipe was cut off. Fetch it again, and check the disk space where it was written.",
        blank: "Pass the output of `terraform state pull`.",
      },
      context,
    );
    this.#show = keepShowState(context.wanted);
    this.#resources = {
      elements: {
        ...keepMembers(["type"]),
        wholeIf: { ...wholeIfWanted(context.wanted), else: "nothing" },
      },
      take: {
        begin: () => {
          this.#resourceCount += 1;
          this.#resourcePosition = this.pruner.scanner.position;
        },
        end: (resource) => this.#takeResource(resource),
      },
    };
  }

  protected keepField(field: string): Keep {
    this.#field = field;
    if (field === "encrypted_data") {
      this.fail({
        kind: "encrypted",
        what: "it is encrypted by OpenTofu",
        hint: "Run `tofu state pull` in the root module, which prints the decrypted state, and pass its output.",
      });
    } else if (PLAN_FIELDS.includes(field)) {
      this.fail({
        kind: "plan",
        what: "it is a plan (the output of `terraform show -json PLAN`), not a state",
        hint: "Run `terraform show -json` without a plan file, or `terraform state pull`. Pass a plan to `tfinvite check --plan`.",
      });
    } else if (field === "@message") {
      this.fail(notAState("the log of `terraform apply -json` or `terraform plan -json`"));
    }
    if (field === "resources") return this.#resources;
    return field in Header.shape ? "everything" : this.#show.members(field);
  }

  protected override get inside(): string {
    const isInside = this.pruner.scanner.depth >= 2 && this.#field === "resources";
    return isInside ? `, inside resource ${this.#resourceCount}` : "";
  }

  protected finish(value: unknown): StateRead | InputFault {
    const other = notAnObject(value);
    if (other !== undefined) return notAState(other);
    return this.seen.has("format_version") ? this.#finishShow(value) : this.#finishRaw(value);
  }

  #takeResource(resource: unknown): void {
    const type = typeOf(resource);
    // Most resources are of other types, so this check comes first.
    if (typeof type === "string" && !this.wanted(type)) return;
    const position = this.#resourcePosition;
    const subject = `resource ${this.#resourceCount}, at ${describePosition(position)},`;
    const read = attempt(() => {
      if (notAnObject(resource) !== undefined) throw new Unreadable(`${subject} is not a JSON object`);
      if (type === undefined) throw new Unreadable(`${subject} has no type`);
      if (typeof type !== "string") throw new Unreadable(`${subject} has a type that is not a string`);
      return readRawResource(resource, subject);
    });
    if (read.ok) this.#instances.push(...read.value);
    else {
      const hint =
        "Terraform rejects this state too, unless its version is newer than tfinvite. Update tfinvite, or pull the state again.";
      this.fail({ kind: "invalid-state", what: read.what, hint, position });
    }
  }

  #finishShow(document: unknown): StateRead | InputFault {
    const isRaw = RAW_FIELDS.some((field) => this.seen.has(field));
    const result = readShowState(isRaw ? undefined : document, this.wanted);
    if (result.ok) {
      const other = OTHER_SHOW_FIELDS.find((field) => this.seen.has(field));
      if (other === undefined || this.seen.has("values")) return result;
      return notAState(`another JSON output of Terraform (it has \`${other}\`)`);
    }
    const { version, what } = result;
    if (version === undefined)
      return { kind: "invalid-state", what, hint: "Print it again with `terraform show -json`." };
    const shown = /^\d+(?:\.\d+)*$/.test(version) ? ` (${version})` : "";
    const hint = "Update tfinvite, or pass the output of `terraform state pull`.";
    return { kind: "new-version", what: `${what}${shown}`, hint };
  }

  #finishRaw(value: unknown): StateRead | InputFault {
    const header = Header.safeParse(value);
    if (!header.success) return notAState("JSON in which `resources` is not a list");
    const { version, terraform_version, lineage, serial } = header.data;
    const by = /^\d+\.\d+\.\d+$/.test(terraform_version ?? "") ? ` (written by ${terraform_version})` : "";
    if (version === undefined) {
      return notAState(this.seen.size === 0 ? "an empty JSON object" : "JSON without a state's format version");
    }
    if (this.seen.has("backend") && !this.seen.has("resources")) {
      return {
        kind: "backend-record",
        what: "it is not a state, but the backend record that `terraform init` keeps under .terraform",
        hint: "Omit --state, or run `terraform state pull` in the root module and pass its output.",
      };
    }
    if (version < 4) {
      return {
        kind: "old-version",
        what: `it has format version ${version} of Terraform 0.11 or older${by}`,
        hint: "Pass the output of `terraform state pull` of Terraform 0.12 or newer, which prints format version 4.",
      };
    }
    if (version > 4) {
      return {
        kind: "new-version",
        what: `it has format version ${version}${by}, but tfinvite only supports version 4`,
        hint: "Update tfinvite, or pass the output of `terraform show -json`.",
      };
    }
    if (hasDuplicates(this.#instances)) {
      return {
        kind: "invalid-state",
        what: "it contains the same instance twice",
        hint: "Terraform rejects this state too. Pull it again, or restore a backup.",
      };
    }
    return {
      ok: true,
      state: {
        format: "v4",
        terraformVersion: terraform_version || undefined,
        lineage: lineage || undefined,
        serial,
        instances: this.#instances,
        resourceCount: this.#resourceCount,
      },
    };
  }
}

export type StateResult = StateRead | Refused;

/**
 * Reads a state, raw (format version 4) or as `terraform show -json` prints it, from pieces of any size. A piece may be
 * reused once the next one is asked for. Never throws: errors of the input, and of reading it, are values.
 */
export async function readState(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<StateResult> {
  return await readDocument(source, "state", options, (context) => new StateScan(context));
}

export async function readStateFile(path: string, options: ReadFileOptions): Promise<StateResult> {
  return await readState(readPieces(path), { origin: path, ...options });
}
