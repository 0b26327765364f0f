import { describePosition } from "../document/input-error.js";
import { type JsonPosition, JsonScanner, type JsonVisitor } from "../document/json-scanner.js";
import type { DocumentScan, ScanOptions } from "../document/read-document.js";
import { hasDuplicates, readRawResource } from "./raw-state.js";
import { readShowState } from "./show-state.js";
import type { StateInstance, StateResult } from "./state.js";
import { type StateError, type StateErrorKind, stateError } from "./state-error.js";

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const LETTER_N = 0x6e;

/** Fields that only a stored state has: once one is seen, nothing of the document needs keeping. */
const RAW_FIELDS: ReadonlySet<string> = new Set([
  "version",
  "serial",
  "lineage",
  "outputs",
  "resources",
  "check_results",
]);
/** Fields whose short values are kept. */
const SCALAR_FIELDS: ReadonlySet<string> = new Set(["version", "terraform_version", "serial", "lineage"]);
const PLAN_FIELDS: ReadonlySet<string> = new Set(["planned_values", "resource_changes", "prior_state"]);
/** Marks of other documents that Terraform prints as JSON and that carry a `format_version` too. */
const OTHER_SHOW_FIELDS: ReadonlySet<string> = new Set([
  "provider_schemas",
  "function_signatures",
  "valid",
  "diagnostics",
  "configuration",
  "root_module",
]);

const NOT_A_STATE_HINT = "give the output of `terraform state pull` or `terraform show -json`";

/**
 * Reads one state document piece by piece. Of a raw state, only elements of `resources` with a wanted type are ever
 * parsed; a `terraform show -json` document is kept until its end and parsed whole.
 */
export class StateScan implements JsonVisitor, DocumentScan<StateResult> {
  readonly #wanted: (type: string) => boolean;
  readonly #origin: string;
  readonly #scanner: JsonScanner;
  #error: StateError | undefined;
  /** The top-level field being read. */
  #field = "";
  /** The field being read of an element of `resources`. */
  #elementField = "";
  #elementType: string | undefined;
  #elementPosition: JsonPosition = { offset: 0, line: 1 };
  readonly #seen = new Set<string>();
  readonly #scalars = new Map<string, unknown>();
  readonly #instances: StateInstance[] = [];
  #resourceCount = 0;
  /** The whole document, where it may be one of `terraform show -json`. */
  #document: unknown;

  constructor(options: ScanOptions) {
    this.#wanted = options.wanted;
    this.#origin = options.origin;
    this.#scanner = new JsonScanner(this, options.skipped);
  }

  /** Takes the next piece of the input; false when reading on is of no use. */
  push(piece: Buffer): boolean {
    const fault = this.#scanner.push(piece);
    if (this.#error === undefined && fault !== undefined) {
      this.#fail(
        "invalid-json",
        `its JSON is broken at ${describePosition(fault)}: ${fault.reason}`,
        NOT_A_STATE_HINT,
        {
          offset: fault.offset,
          line: fault.line,
        },
      );
    }
    return this.#error === undefined;
  }

  /** To be called when the input has ended. */
  end(): StateResult {
    if (this.#error === undefined && !this.#scanner.done) this.#failTruncated();
    if (this.#error !== undefined) return { ok: false, error: this.#error };
    return this.#seen.has("format_version") ? this.#finishShow() : this.#finishRaw();
  }

  key(depth: number, key: string): void {
    if (depth === 1) this.#enterField(key);
    else if (depth === 3) this.#elementField = key;
  }

  enter(depth: number, firstByte: number): boolean {
    if (this.#error !== undefined) return false;
    switch (depth) {
      case 0:
        this.#scanner.watchDepth = 1;
        if (firstByte === OPEN_BRACE) return true;
        this.#failNotAState(firstByte === OPEN_BRACKET ? "a JSON array" : "a lone JSON value");
        return false;
      case 1:
        if (this.#field !== "resources") {
          return SCALAR_FIELDS.has(this.#field) && firstByte !== OPEN_BRACE && firstByte !== OPEN_BRACKET;
        }
        if (firstByte === OPEN_BRACKET) this.#scanner.watchDepth = 2;
        else if (firstByte !== LETTER_N) this.#failNotAState("JSON whose `resources` is no list");
        return false;
      case 2:
        this.#resourceCount++;
        this.#elementType = undefined;
        this.#elementPosition = this.#scanner.position;
        if (firstByte !== OPEN_BRACE) this.#failResource("is no JSON object");
        this.#scanner.watchDepth = 3;
        return true;
      default:
        return this.#elementField === "type";
    }
  }

  leave(depth: number, bytes: Buffer | undefined): void {
    if (this.#error !== undefined) return;
    switch (depth) {
      case 0:
        if (bytes !== undefined) this.#document = this.#parse(bytes);
        return;
      case 1:
        this.#scanner.watchDepth = 1;
        if (bytes !== undefined) this.#scalars.set(this.#field, this.#parse(bytes));
        return;
      case 2:
        this.#scanner.watchDepth = 2;
        if (bytes !== undefined) this.#readElement(bytes);
        return;
      default: {
        if (bytes === undefined) return;
        const type = this.#parse(bytes);
        if (typeof type === "string") {
          this.#elementType = type;
          if (this.#wanted(type)) return;
        } else {
          this.#failResource("has a type that is no text");
        }
        this.#scanner.forget(2);
        this.#scanner.watchDepth = 2;
      }
    }
  }

  #enterField(field: string): void {
    this.#field = field;
    this.#seen.add(field);
    if (RAW_FIELDS.has(field)) this.#scanner.forget(0);
    if (field === "encrypted_data") {
      this.#fail(
        "encrypted",
        "OpenTofu has encrypted it",
        "run `tofu state pull` in the root module, which prints it in clear, and give its output",
      );
    } else if (PLAN_FIELDS.has(field)) {
      this.#fail(
        "plan",
        "it is a plan, as `terraform show -json PLAN` prints it",
        "for a state, run `terraform show -json` without a plan, or `terraform state pull`",
      );
    } else if (field === "@message") {
      this.#failNotAState("the log that `terraform apply -json` or `terraform plan -json` prints");
    }
  }

  #readElement(bytes: Buffer): void {
    if (this.#elementType === undefined) this.#failResource("has no type");
    const result = readRawResource(this.#parse(bytes));
    if (this.#error !== undefined) return;
    if (result.ok) this.#instances.push(...result.instances);
    else this.#failResource(result.what);
  }

  #parse(bytes: Buffer): unknown {
    try {
      return JSON.parse(bytes.toString("utf8"));
    } catch {
      // The scanner has checked the grammar, so what is left is V8's limit on the length of a string.
      this.#fail(
        "too-large",
        `one piece of it is too large to parse (${Math.round(bytes.length / 1e6)} MB)`,
        "give the output of `terraform state pull`, which is read piece by piece",
      );
      return undefined;
    }
  }

  #finishShow(): StateResult {
    const result = readShowState(this.#document, this.#wanted);
    if (result.ok) {
      const other = [...OTHER_SHOW_FIELDS].find((field) => this.#seen.has(field));
      if (other === undefined || this.#seen.has("values")) return result;
      this.#failNotAState(`JSON that Terraform prints for another purpose (it has \`${other}\`)`);
    } else if (result.version !== undefined) {
      const version = /^\d+(?:\.\d+)*$/.test(result.version) ? ` (${result.version})` : "";
      this.#fail(
        "new-version",
        `${result.what}${version}`,
        "update tfinvite, or give the output of `terraform state pull`",
      );
    } else {
      this.#fail("invalid-state", result.what, "print it anew with `terraform show -json`");
    }
    return this.#failed();
  }

  #finishRaw(): StateResult {
    const version = this.#scalars.get("version");
    if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
      this.#failNotAState(this.#seen.size === 0 ? "an empty JSON object" : "JSON without a state's format version");
    } else if (this.#seen.has("backend") && !this.#seen.has("resources")) {
      this.#fail(
        "backend-record",
        "it is not a state but the note of the backend that `terraform init` keeps under .terraform",
        "run `terraform state pull` in the root module, or leave --state out",
      );
    } else if (version < 4) {
      const by = this.#writtenBy();
      this.#fail(
        "old-version",
        `it has format version ${version}, of Terraform 0.11 or older${by}`,
        "`terraform state pull` of Terraform 0.12 or newer prints it in format version 4, and the next write stores it so",
      );
    } else if (version > 4) {
      this.#fail(
        "new-version",
        `it has format version ${version}${this.#writtenBy()}, and tfinvite knows version 4`,
        "update tfinvite, or give the output of `terraform show -json`",
      );
    } else if (hasDuplicates(this.#instances)) {
      this.#fail(
        "invalid-state",
        "the same instance is in it twice",
        "Terraform refuses such a state too: pull it anew, or restore a backup",
      );
    }
    return this.#error === undefined
      ? {
          ok: true,
          state: {
            format: "v4",
            terraformVersion: this.#text("terraform_version"),
            lineage: this.#text("lineage"),
            serial: this.#number("serial"),
            instances: this.#instances,
            resourceCount: this.#resourceCount,
          },
        }
      : this.#failed();
  }

  #text(field: string): string | undefined {
    const value = this.#scalars.get(field);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  #number(field: string): number | undefined {
    const value = this.#scalars.get(field);
    return typeof value === "number" ? value : undefined;
  }

  #writtenBy(): string {
    const version = this.#text("terraform_version");
    return version !== undefined && /^\d+\.\d+\.\d+$/.test(version) ? ` (written by ${version})` : "";
  }

  #fail(kind: StateErrorKind, what: string, hint: string, position?: JsonPosition): void {
    this.#error ??= stateError(kind, this.#origin, what, hint, position);
  }

  #failed(): StateResult {
    return {
      ok: false,
      error: this.#error ?? stateError("not-a-state", this.#origin, "it is no state", NOT_A_STATE_HINT),
    };
  }

  #failNotAState(what: string): void {
    this.#fail("not-a-state", `it is ${what}, not a state`, NOT_A_STATE_HINT);
  }

  #failResource(what: string): void {
    const position = this.#elementPosition;
    this.#fail(
      "invalid-state",
      `resource ${this.#resourceCount}, at ${describePosition(position)}, ${what}`,
      "Terraform refuses such a state too, unless it is newer than tfinvite: update tfinvite, or pull the state anew",
      position,
    );
  }

  #failTruncated(): void {
    const position = this.#scanner.position;
    if (this.#scanner.depth === 0 && this.#seen.size === 0) {
      this.#fail("empty", "it holds nothing but white space", "give the output of `terraform state pull`");
      return;
    }
    const inside =
      this.#scanner.depth >= 2 && this.#field === "resources" ? `, inside resource ${this.#resourceCount}` : "";
    this.#fail(
      "truncated",
      `it breaks off at ${describePosition({ ...position, offset: Math.max(0, position.offset - 1) })}${inside}`,
      "the copy or the pipe was cut short: fetch it again, and check the disk space where it was written",
      position,
    );
  }
}
