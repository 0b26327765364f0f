import { describeEnding, explainFailure, type KnownFailure } from "../run/explain-failure.js";
import { commandText, type Run, type RunResult, runTerraform } from "../run/run-terraform.js";

/** What it takes to have Terraform read and write one root module's state. */
export interface StateAccess {
  /** The program and its first arguments. */
  readonly argv: readonly string[];
  /** The root module, absolute. */
  readonly directory: string;
  /** How messages name it. */
  readonly origin: string;
  /** Where a relative path in `argv` starts. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables to leave out of its environment. */
  readonly withhold?: (name: string) => boolean;
}

/** Why Terraform did not do what it was asked for. */
export interface AccessFailure {
  readonly message: string;
  readonly hint: string;
  /** Terraform's own words. */
  readonly detail?: string;
  /** True where somebody else holds the lock: later it may well work. */
  readonly locked?: boolean;
}

export type Accessed<T> = ({ readonly ok: true } & T) | ({ readonly ok: false } & AccessFailure);

/** Terraform may be sending a large state over a slow line: what it has begun, it shall end. */
const GRACE_PERIOD = 120_000;

/** Runs one command of the tool in the root module. */
export function runState(
  access: StateAccess,
  args: readonly string[],
  options: { readonly signal?: AbortSignal; readonly input?: Uint8Array } = {},
): Promise<RunResult> {
  return runTerraform({ ...access, args, gracePeriod: GRACE_PERIOD, ...options });
}

/** The state as the backend has it, byte for byte as Terraform prints it; no bytes where there is none. */
export async function pullBytes(access: StateAccess, signal?: AbortSignal): Promise<Accessed<{ bytes: Buffer }>> {
  const run = await runState(access, ["state", "pull", "-no-color"], { ...(signal && { signal }) });
  const failure = failureOf(run, access, "state pull");
  return failure === undefined && run.ok ? { ok: true, bytes: run.stdout } : { ok: false, ...(failure ?? UNEXPLAINED) };
}

const UNEXPLAINED = { message: "Terraform failed", hint: "run it by hand" };

/** Why a run came to nothing; undefined where it came to its end with 0. */
export function failureOf(
  run: RunResult,
  access: StateAccess,
  command: string,
  known: readonly KnownFailure[] = [],
): AccessFailure | undefined {
  if (!run.ok) return { message: run.message, hint: run.hint };
  if (run.exitCode === 0) return undefined;
  const { argv, origin: directory } = access;
  return (
    lockFailure(run, access, command) ??
    explainFailure({
      argv,
      command,
      directory,
      ending: describeEnding(run.exitCode, run.signal),
      stderr: run.stderr,
      known,
      otherwise: "have somebody look at the backend",
    })
  );
}

/** Who holds the state's lock, in Terraform's words. */
export interface LockHolder {
  readonly id: string;
  readonly who?: string;
  readonly operation?: string;
  readonly created?: string;
}

/**
 * The holder of a lock that could not be had. The http backend prints the caller's own data below the holder's id:
 * https://github.com/hashicorp/terraform/blob/main/internal/backend/remote-state/http/client.go
 */
export function lockHolderOf(stderr: string): LockHolder | undefined {
  if (!/acquiring the state lock/i.test(stderr)) return undefined;
  const field = (name: string) => new RegExp(`^\\s*${name}:[ \\t]*(\\S.*?)\\s*$`, "m").exec(stderr)?.[1];
  const held = /already\s+locked:\s+ID=(\S+)/.exec(stderr)?.[1];
  const printed = field("ID");
  const id = held ?? printed;
  if (id === undefined) return undefined;
  if (held !== undefined && held !== printed) return { id };
  const [who, operation, created] = [field("Who"), field("Operation"), field("Created")];
  return { id, ...(who && { who }), ...(operation && { operation }), ...(created && { created }) };
}

function lockFailure({ stderr }: Run, access: StateAccess, command: string): AccessFailure | undefined {
  const holder = lockHolderOf(stderr);
  if (holder === undefined) return undefined;
  const { id, who, operation, created } = holder;
  const by = who === undefined ? "" : ` by ${who}`;
  const what = [operation, created && `since ${created.replace(/\.\d+ \+0000 UTC$/, " UTC")}`, `lock ${id}`];
  const program = access.argv.join(" ");
  return {
    message: `\`${commandText({ argv: access.argv, args: [command] })}\` failed in ${access.origin}: the state is locked${by} (${what.filter(Boolean).join(", ")})`,
    hint: `wait for that run to end, or let tfinvite wait: --lock-timeout 10m; if the run is dead, \`${program} force-unlock ${id}\` there`,
    locked: true,
  };
}
