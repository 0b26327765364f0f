import { z } from "zod";
import { MOST_BYTES, readRegularFile } from "../../base/read-file.js";
import { backendRecordFile, type Environment } from "../root-module/root-module.js";

/** The backend of an initialized root module, as `terraform init` recorded it in the data directory. */
interface BackendRecord {
  readonly type: string;
  /** Names of the arguments that have a value. The values may be secrets and are not kept. */
  readonly set: ReadonlySet<string>;
  /** Names of the arguments that are false. */
  readonly off: ReadonlySet<string>;
}

const Recorded = z.object({
  backend: z.object({ type: z.string(), config: z.record(z.string(), z.unknown()).nullish() }).nullish(),
});

/** Reads the record; undefined where it is missing or can't be read. */
export async function readBackendRecord(directory: string, env: Environment): Promise<BackendRecord | undefined> {
  try {
    const { backend } = Recorded.parse(
      JSON.parse(readRegularFile(backendRecordFile(directory, env), MOST_BYTES.configuration).toString("utf8")),
    );
    if (!backend) return undefined;
    const config = Object.entries(backend.config ?? {});
    return {
      type: backend.type,
      set: new Set(
        config.flatMap(([name, value]) => (value === null || value === "" || value === false ? [] : [name])),
      ),
      off: new Set(config.flatMap(([name, value]) => (value === false ? [name] : []))),
    };
  } catch {
    return undefined;
  }
}

export type Locking =
  | { readonly kind: "locks" }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "not-known"; readonly reason: string };

const LOCKS: Locking = { kind: "locks" };

/** Backends that always lock: https://developer.hashicorp.com/terraform/language/backend */
const ALWAYS: ReadonlySet<string> = new Set("local azurerm gcs pg kubernetes cos oci remote cloud inmem".split(" "));
/** Backends that never lock. */
const NEVER: ReadonlySet<string> = new Set(["artifactory", "etcd"]);
/** Backends that lock if one of these arguments, or its environment variable, is set. */
const WHERE_SET: Readonly<Record<string, { readonly args: readonly string[]; readonly variable?: string }>> = {
  s3: { args: ["use_lockfile", "dynamodb_table"] },
  http: { args: ["lock_address"], variable: "TF_HTTP_LOCK_ADDRESS" },
  oss: { args: ["tablestore_table"] },
};
/** Backends that lock unless `lock` is false. */
const UNLESS_OFF: ReadonlySet<string> = new Set(["consul", "etcdv3", "manta", "swift"]);

/** Whether writes through a backend lock the state. `record` is absent where only the type is known. */
export function lockingOf(type: string | undefined, record: BackendRecord | undefined, env: Environment): Locking {
  if (type === undefined) return { kind: "not-known", reason: "the type of its backend is not known" };
  if (ALWAYS.has(type)) return LOCKS;
  if (NEVER.has(type)) return { kind: "none", reason: `a backend of type ${type} doesn't lock` };
  const wanted = WHERE_SET[type];
  const known = record?.type === type ? record : undefined;
  if (wanted !== undefined) {
    if (wanted.variable !== undefined && env[wanted.variable]) return LOCKS;
    if (known === undefined)
      return { kind: "not-known", reason: `the settings of its backend of type ${type} are not known` };
    if (wanted.args.some((name) => known.set.has(name))) return LOCKS;
    return { kind: "none", reason: `a backend of type ${type} doesn't lock without ${wanted.args.join(" or ")}` };
  }
  if (UNLESS_OFF.has(type)) {
    if (known?.off.has("lock") === true)
      return { kind: "none", reason: `its backend of type ${type} has lock set to false` };
    return LOCKS;
  }
  return { kind: "not-known", reason: `tfinvite doesn't know backends of type ${type}` };
}

/**
 * The variable that switches off locking, if one does. tfinvite removes `TF_CLI_ARGS*`, but the user set them on
 * purpose.
 */
export function lockingIsOff(argv: readonly string[], env: Environment): string | undefined {
  const off = /(?:^|\s)-{1,2}lock=(?:false|0|f)(?:\s|$)/i;
  if (argv.some((word) => off.test(word))) return "--terraform-bin";
  return Object.keys(env)
    .sort()
    .find((name) => /^TF_CLI_ARGS(?:_state(?:_rm|_push)?)?$/i.test(name) && off.test(env[name] ?? ""));
}
