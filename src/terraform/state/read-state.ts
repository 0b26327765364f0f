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
/** Marks of other documents that Terraform prints as JSON and that carry a `format_version` too. */
const OTHER_SHOW_FIELDS: readonly string[] = [
  "provider_schemas",
  "function_signatures",
  "valid",
  "diagnostics",
  "configuration",
  "root_module",
];

/** What is needed of a stored state beside its resources. */
const Header = z.object({
  version: z.int().min(1).optional().catch(undefined),
  terraform_version: z.string().optional().catch(undefined),
  lineage: z.string().optional().catch(undefined),
  serial: z.number().optional().catch(undefined),
  resources: z.array(z.unknown()).nullish(),
});

const NOT_A_STATE_HINT = "give the output of `terraform state pull` or `terraform show -json`";

function notAState(what: string): InputFault {
  return { kind: "not-a-state", what: `it is ${what}, not a state`, hint: NOT_A_STATE_HINT };
}

/**
 * Reads one state, raw or as `terraform show -json` prints it. Of a raw state, the elements of `resources` are taken one
 * by one.
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
        tooLarge: "give the output of `terraform state pull`, which is read piece by piece",
        truncated: "the copy or the pipe was cut short: fetch it again, and check the disk space where it was written",
        blank: "give the output of `terraform state pull`",
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
        what: "OpenTofu has encrypted it",
        hint: "run `tofu state pull` in the root module, which prints it in clear, and give its output",
      });
    } else if (PLAN_FIELDS.includes(field)) {
      this.fail({
        kind: "plan",
        what: "it is a plan, as `terraform show -json PLAN` prints it",
        hint: "for a state, run `terraform show -json` without a plan, or `terraform state pull`",
      });
    } else if (field === "@message") {
      this.fail(notAState("the log that `terraform apply -json` or `terraform plan -json` prints"));
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
    // Most are of no interest, so this comes first.
    if (typeof type === "string" && !this.wanted(type)) return;
    const position = this.#resourcePosition;
    const subject = `resource ${this.#resourceCount}, at ${describePosition(position)},`;
    const read = attempt(() => {
      if (notAnObject(resource) !== undefined) throw new Unreadable(`${subject} is no JSON object`);
      if (type === undefined) throw new Unreadable(`${subject} has no type`);
      if (typeof type !== "string") throw new Unreadable(`${subject} has a type that is no text`);
      return readRawResource(resource, subject);
    });
    if (read.ok) this.#instances.push(...read.value);
    else {
      const hint =
        "Terraform refuses such a state too, unless it is newer than tfinvite: update tfinvite, or pull the state anew";
      this.fail({ kind: "invalid-state", what: read.what, hint, position });
    }
  }

  #finishShow(document: unknown): StateRead | InputFault {
    const isRaw = RAW_FIELDS.some((field) => this.seen.has(field));
    const result = readShowState(isRaw ? undefined : document, this.wanted);
    if (result.ok) {
      const other = OTHER_SHOW_FIELDS.find((field) => this.seen.has(field));
      if (other === undefined || this.seen.has("values")) return result;
      return notAState(`JSON that Terraform prints for another purpose (it has \`${other}\`)`);
    }
    const { version, what } = result;
    if (version === undefined)
      return { kind: "invalid-state", what, hint: "print it anew with `terraform show -json`" };
    const shown = /^\d+(?:\.\d+)*$/.test(version) ? ` (${version})` : "";
    const hint = "update tfinvite, or give the output of `terraform state pull`";
    return { kind: "new-version", what: `${what}${shown}`, hint };
  }

  #finishRaw(value: unknown): StateRead | InputFault {
    const header = Header.safeParse(value);
    if (!header.success) return notAState("JSON whose `resources` is no list");
    const { version, terraform_version, lineage, serial } = header.data;
    const by = /^\d+\.\d+\.\d+$/.test(terraform_version ?? "") ? ` (written by ${terraform_version})` : "";
    if (version === undefined) {
      return notAState(this.seen.size === 0 ? "an empty JSON object" : "JSON without a state's format version");
    }
    if (this.seen.has("backend") && !this.seen.has("resources")) {
      return {
        kind: "backend-record",
        what: "it is not a state but the note of the backend that `terraform init` keeps under .terraform",
        hint: "run `terraform state pull` in the root module, or leave --state out",
      };
    }
    if (version < 4) {
      return {
        kind: "old-version",
        what: `it has format version ${version}, of Terraform 0.11 or older${by}`,
        hint: "`terraform state pull` of Terraform 0.12 or newer prints it in format version 4, and the next write stores it so",
      };
    }
    if (version > 4) {
      return {
        kind: "new-version",
        what: `it has format version ${version}${by}, and tfinvite knows version 4`,
        hint: "update tfinvite, or give the output of `terraform show -json`",
      };
    }
    if (hasDuplicates(this.#instances)) {
      return {
        kind: "invalid-state",
        what: "the same instance is in it twice",
        hint: "Terraform refuses such a state too: pull it anew, or restore a backup",
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
 * reused once the next one is asked for. Never throws: whatever is wrong, with the input or with getting it, is a value.
 */
export async function readState(source: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<StateResult> {
  return await readDocument(source, "state", options, (context) => new StateScan(context));
}

export async function readStateFile(path: string, options: ReadFileOptions): Promise<StateResult> {
  return await readState(readPieces(path), { origin: path, ...options });
}
