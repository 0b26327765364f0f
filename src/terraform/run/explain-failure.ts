/** A refusal of Terraform's or OpenTofu's that is known by its words. */
export interface KnownFailure {
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint: (program: string) => string;
}

/** As much of Terraform's own words as helps. */
const DETAIL_LINES = 12;

/** Terraform's and OpenTofu's refusals, the most telling words first. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
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
    pattern: /required plugins are not\s+installed|there is no\s+package for \S+\s+[\w.-]+\s+cached/i,
    what: "the providers in the lock file are not installed",
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
    // The heading alone is no proof: Terraform reads the state under it, and reports there whatever that meets.
    pattern:
      /^\s*Lock Info:\s+ID:|already\s+locked|(?:state|workspace)\s+is\s+(?:currently\s+)?locked|resource\s+temporarily\s+unavailable/im,
    what: "somebody else holds the state's lock",
    hint: () => "wait for the other run to end, then try again",
  },
  {
    pattern: /checked for presence of encryption/i,
    what: "what is stored is not a state that it can read",
    hint: () =>
      "use the version that wrote the state, or a newer one (--terraform-bin); if the file is damaged, restore a backup",
  },
  {
    pattern: /unencrypted payload without/i,
    what: "the stored state is not encrypted, and the configuration takes encrypted ones only",
    hint: () => 'add a fallback with the method "unencrypted" until the state has been encrypted',
  },
  {
    pattern: /decrypt|(?:state|plan)[^.\n]* is encrypted/i,
    what: "it cannot decrypt the state",
    hint: () => "give it the encryption settings that wrote the state, in the configuration or in TF_ENCRYPTION",
  },
  {
    pattern: /unsupported\s+state\s+file\s+format|newer (?:version of )?terraform|state snapshot was created by/i,
    what: "it cannot read the stored state",
    hint: () => "use the version that wrote the state, or a newer one, and name it with --terraform-bin",
  },
  {
    pattern:
      /invalid\s+state\s+file\s+format|state\s+file\s+could\s+not\s+be\s+parsed|state\s+file\s+does\s+not\s+conform/i,
    what: "the stored state is damaged, and it cannot decode it",
    hint: () => "restore a backup of the state; no lock is in the way",
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
    pattern: /acquiring\s+the\s+state\s+lock/i,
    what: "it could not lock the state, and names nobody who holds the lock",
    hint: () => "correct what is named above; no force-unlock helps",
  },
  {
    pattern: /^\s*on .+ line \d+/im,
    what: "the configuration has an error",
    hint: () => "correct what is named above",
  },
];

/** What ended a run: `exit code 1`, `SIGKILL`. */
export function describeEnding(exitCode: number | undefined, signal: string | undefined): string {
  return exitCode === undefined ? (signal ?? "it was killed") : `exit code ${exitCode}`;
}

/** A run that ended badly. */
export interface FailedCommand {
  readonly argv: readonly string[];
  /** As messages name it. */
  readonly directory: string;
  /** What ended it; see `describeEnding`. */
  readonly ending: string;
  readonly stderr: string;
}

interface FailureOptions extends FailedCommand {
  /** What it was asked for, for people: `state pull`. */
  readonly command: string;
  /** Refusals of this command alone, looked for before the others. */
  readonly known?: readonly KnownFailure[];
  /** The way out other than running the command by hand. */
  readonly otherwise: string;
}

/** Turns a refusal into a message, the way out, and Terraform's own words. */
export function explainFailure(options: FailureOptions): {
  readonly message: string;
  readonly hint: string;
  readonly detail?: string;
} {
  const program = options.argv.join(" ");
  const known = [...(options.known ?? []), ...KNOWN_FAILURES].find(({ pattern }) => pattern.test(options.stderr));
  const lines = options.stderr.split("\n").map((line) => line.trimEnd());
  // A refusal comes with a heading; what goes before the first one is warnings.
  const heading = lines.findIndex((line) => /^Error(?: [^:]*)?: /.test(line));
  const told = heading < 0 ? lines.slice(-DETAIL_LINES) : lines.slice(heading, heading + DETAIL_LINES);
  const detail = told.join("\n").trim();
  const command = `\`${program} ${options.command}\``;
  const message = `${command} failed in ${options.directory} (${options.ending})${known === undefined ? "" : `: ${known.what}`}`;
  const hint = known?.hint(program) ?? `run ${command} there by hand, or ${options.otherwise}`;
  return detail === "" ? { message, hint } : { message, hint, detail };
}
