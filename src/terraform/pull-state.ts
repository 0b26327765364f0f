import type { WantedTypes } from "./document/read-document.js";
import { commandText, type RunFailure, runTerraform } from "./run-terraform.js";
import { readState } from "./state/read-state.js";
import { EMPTY_STATE, type State, type StateResult } from "./state/state.js";
import type { StateError, StateErrorKind } from "./state/state-error.js";
import type { Tool } from "./tool.js";

export interface PullOptions {
  readonly tool: Pick<Tool, "argv">;
  /** The root module. */
  readonly directory: string;
  /** How messages name it; as `directory` has it, unless given. */
  readonly origin?: string;
  /** Where a relative path in the tool's words starts; the process's own folder, unless given. */
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly wantedTypes: WantedTypes;
  readonly signal?: AbortSignal | undefined;
  /** Variables to leave out of its environment: pulling starts no provider, so it needs no provider's secrets. */
  readonly withhold?: (name: string) => boolean;
}

export type PullResult =
  | { readonly ok: true; readonly state: State; readonly removedVariables: readonly string[] }
  | { readonly ok: false; readonly error: StateError };

const PULL = ["state", "pull", "-no-color"];
/** As much of Terraform's own words as helps. */
const DETAIL_LINES = 12;

interface KnownFailure {
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint: (program: string) => string;
}

/** Terraform's and OpenTofu's refusals, the most telling words first. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /unsupported (?:terraform|opentofu) core version/i,
    what: "the configuration asks for another version of it (required_version)",
    hint: () => "run a version that fits, and name it with --terraform-bin",
  },
  {
    pattern: /^Reason: (?!Initial configuration)/m,
    what: "the backend's configuration has changed since the last init",
    hint: (program) =>
      `run \`${program} init -reconfigure\`, or \`${program} init -migrate-state\` to move the state along`,
  },
  {
    pattern: /initialization required|please run "?(?:terraform|tofu) init|run:?\s+"?(?:terraform|tofu) init/i,
    what: "the directory is not initialised",
    hint: (program) => `run \`${program} init\` there`,
  },
  {
    pattern: /workspaces not supported/i,
    what: "its backend knows no workspaces, and one is selected",
    hint: (program) => `unset TF_WORKSPACE, or run \`${program} workspace select default\``,
  },
  {
    pattern: /workspace\s+"?[^"\n]*"?\s+(?:does not|doesn't) exist|no existing workspaces|workspace not found/i,
    what: "the selected workspace does not exist",
    hint: (program) => `run \`${program} workspace list\`, then select one or correct TF_WORKSPACE`,
  },
  {
    pattern: /acquiring the state lock|state (?:is |already )?locked/i,
    what: "somebody else holds the state's lock",
    hint: () => "wait for the other run to end, then try again",
  },
  {
    pattern: /decrypt|encryption/i,
    what: "it cannot decrypt the state",
    hint: () => "give it the encryption settings that wrote the state, in the configuration or in TF_ENCRYPTION",
  },
  {
    pattern: /unsupported state file format|newer (?:version of )?terraform|state snapshot was created by/i,
    what: "it cannot read the stored state",
    hint: () => "use the version that wrote the state, or a newer one, and name it with --terraform-bin",
  },
  {
    pattern:
      /credential|(?:requires|invalid) auth|unauthori[sz]ed|forbidden|access ?denied|expiredtoken|required token could not be found|\b40[13]\b|login/i,
    what: "the backend refused the credentials, or got none",
    hint: () => "log in to the backend, or set its credentials as for a plan",
  },
  {
    pattern:
      /connection refused|no such host|i\/o timeout|context deadline exceeded|connection reset|tls handshake|x509/i,
    what: "the backend could not be reached",
    hint: () => "check the network, the proxy and the backend's address",
  },
  {
    pattern: /^\s*on .+ line \d+/im,
    what: "the configuration has an error",
    hint: () => "correct what is named above",
  },
];

const FAILURE_KINDS: Readonly<Record<RunFailure["kind"], StateErrorKind>> = {
  "not-found": "no-terraform",
  "not-executable": "no-terraform",
  "needs-shell": "no-terraform",
  "not-started": "no-terraform",
  "no-directory": "missing",
  aborted: "aborted",
};

/** Turns a refusal into a clear error with the way out. */
export function explainPullFailure(options: {
  readonly argv: readonly string[];
  readonly directory: string;
  /** What ended it: `exit code 1`, `SIGKILL`. */
  readonly ending: string;
  readonly stderr: string;
}): StateError {
  const program = options.argv.join(" ");
  const known = KNOWN_FAILURES.find(({ pattern }) => pattern.test(options.stderr));
  const lines = options.stderr.split("\n").map((line) => line.trimEnd());
  // A refusal comes with a heading; what goes before the first one is warnings.
  const heading = lines.findIndex((line) => /^Error: /.test(line));
  const told = heading < 0 ? lines.slice(-DETAIL_LINES) : lines.slice(heading, heading + DETAIL_LINES);
  const detail = told.join("\n").trim();
  const error: StateError = {
    kind: "pull-failed",
    message: `\`${program} state pull\` failed in ${options.directory} (${options.ending})${known === undefined ? "" : `: ${known.what}`}`,
    hint: known?.hint(program) ?? `run \`${program} state pull\` there by hand, or give a state with --state`,
  };
  return detail === "" ? error : { ...error, detail };
}

/**
 * Runs `terraform state pull` in a root module and reads what it prints, as it comes. Where nothing is stored yet it
 * prints nothing, which is an empty state.
 */
export async function pullState(options: PullOptions): Promise<PullResult> {
  const { argv } = options.tool;
  const { directory, wantedTypes } = options;
  const place = options.origin ?? directory;
  const origin = `the output of \`${commandText({ argv, args: ["state", "pull"] })}\` in ${place}`;
  let read: StateResult | undefined;
  let length = 0;
  const run = await runTerraform({
    argv,
    args: PULL,
    directory,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: options.env,
    signal: options.signal,
    withhold: options.withhold,
    async readOutput(output) {
      async function* counted() {
        for await (const piece of output) {
          length += piece.length;
          yield piece;
        }
      }
      read = await readState(counted(), { wantedTypes, origin });
    },
  });
  if (!run.ok) {
    const { message, hint } = run;
    return { ok: false, error: { kind: FAILURE_KINDS[run.kind], message: `cannot pull the state: ${message}`, hint } };
  }
  const { exitCode, signal, stderr, removedVariables } = run;
  if (exitCode !== 0) {
    const ending = exitCode === undefined ? (signal ?? "it was killed") : `exit code ${exitCode}`;
    return { ok: false, error: explainPullFailure({ argv, directory: place, ending, stderr }) };
  }
  if (length === 0 || read === undefined) return { ok: true, state: EMPTY_STATE, removedVariables };
  return read.ok ? { ok: true, state: read.state, removedVariables } : read;
}
