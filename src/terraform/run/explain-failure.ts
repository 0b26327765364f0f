/** An error of Terraform or OpenTofu that is recognized by its text. */
export interface KnownFailure {
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint: (program: string) => string;
}

/** More lines of Terraform's own error rarely help. */
const DETAIL_LINES = 12;

/** The errors of Terraform and OpenTofu, the most specific text first. */
export const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: /unsupported (?:terraform|opentofu) core version/i,
    what: "the configuration requires another version (required_version)",
    hint: () => "Pass a version that matches to --terraform-bin.",
  },
  {
    pattern: /^Reason: (?!Initial configuration)/m,
    what: "the backend's configuration has changed since the last init",
    hint: (program) =>
      `Run \`${program} init -reconfigure\`, or \`${program} init -migrate-state\` to move the state to the new backend.`,
  },
  {
    pattern: /initialization required|please run "?(?:terraform|tofu) init|run:?\s+"?(?:terraform|tofu) init/i,
    what: "the directory is not initialized",
    hint: (program) => `Run \`${program} init\` there.`,
  },
  {
    pattern: /required plugins are not\s+installed|there is no\s+package for \S+\s+[\w.-]+\s+cached/i,
    what: "the providers in the lock file are not installed",
    hint: (program) => `Run \`${program} init\` there.`,
  },
  {
    pattern: /workspaces not supported/i,
    what: "its backend doesn't support workspaces, but one is selected",
    hint: (program) => `Unset TF_WORKSPACE, or run \`${program} workspace select default\`.`,
  },
  {
    pattern: /workspace\s+"?[^"\n]*"?\s+(?:does not|doesn't) exist|no existing workspaces|workspace not found/i,
    what: "the selected workspace does not exist",
    hint: (program) => `Run \`${program} workspace list\`, then select one of these, or correct TF_WORKSPACE.`,
  },
  {
    // The heading alone proves nothing: Terraform also prints it above other errors.
    pattern:
      /^\s*Lock Info:\s+ID:|already\s+locked|(?:state|workspace)\s+is\s+(?:currently\s+)?locked|resource\s+temporarily\s+unavailable/im,
    what: "another run holds the state lock",
    hint: () => "Wait for the other run to end, then try again.",
  },
  {
    pattern: /checked for presence of encryption/i,
    what: "the stored data is not a state that it can read",
    hint: () =>
      "Pass the version that wrote the state, or a newer one, to --terraform-bin. If the file is damaged, restore a backup.",
  },
  {
    pattern: /unencrypted payload without/i,
    what: "the stored state is not encrypted, but the configuration only accepts encrypted ones",
    hint: () => 'Add a fallback with the method "unencrypted" until the state is encrypted.',
  },
  {
    pattern: /decrypt|(?:state|plan)[^.\n]* is encrypted/i,
    what: "it cannot decrypt the state",
    hint: () =>
      "Provide the encryption settings that the state was written with, in the configuration or in TF_ENCRYPTION.",
  },
  {
    pattern: /unsupported\s+state\s+file\s+format|newer (?:version of )?terraform|state snapshot was created by/i,
    what: "it cannot read the stored state",
    hint: () => "Pass the version that wrote the state, or a newer one, to --terraform-bin.",
  },
  {
    pattern:
      /invalid\s+state\s+file\s+format|state\s+file\s+could\s+not\s+be\s+parsed|state\s+file\s+does\s+not\s+conform/i,
    what: "the stored state is damaged and cannot be decoded",
    hint: () => "Restore a backup of the state. The state is not locked.",
  },
  {
    pattern:
      /credential|(?:requires|invalid) auth|unauthori[sz]ed|forbidden|access ?denied|expiredtoken|required token could not be found|\b40[13]\b|login/i,
    what: "the backend rejected the credentials, or none were set",
    hint: () => "Log in to the backend, or set the same credentials as for a plan.",
  },
  {
    pattern:
      /connection refused|no such host|i\/o timeout|context deadline exceeded|connection reset|tls handshake|x509/i,
    what: "the backend could not be reached",
    hint: () => "Check the network, the proxy and the backend's address.",
  },
  {
    pattern: /acquiring\s+the\s+state\s+lock/i,
    what: "it could not lock the state, and the error names no lock holder",
    hint: () => "Fix the error shown above. force-unlock does not help.",
  },
  {
    pattern: /^\s*on .+ line \d+/im,
    what: "the configuration has an error",
    hint: () => "Fix the error shown above.",
  },
];

/** What ended a run: `exit code 1`, `SIGKILL`. */
export function describeEnding(exitCode: number | undefined, signal: string | undefined): string {
  return exitCode === undefined ? (signal ?? "it was killed") : `exit code ${exitCode}`;
}

/** A run that failed. */
export interface FailedCommand {
  readonly argv: readonly string[];
  /** The directory as messages show it. */
  readonly directory: string;
  /** The result of `describeEnding`. */
  readonly ending: string;
  readonly stderr: string;
}

interface FailureOptions extends FailedCommand {
  /** The command as shown to people: `state pull`. */
  readonly command: string;
  /** Errors of this command only, tried before the others. */
  readonly known?: readonly KnownFailure[];
  /** An alternative to running the command by hand: the second half of a sentence. */
  readonly otherwise: string;
}

/** Turns an error of Terraform into a message, a hint, and Terraform's own text. */
export function explainFailure(options: FailureOptions): {
  readonly message: string;
  readonly hint: string;
  readonly detail?: string;
} {
  const program = options.argv.join(" ");
  const known = [...(options.known ?? []), ...KNOWN_FAILURES].find(({ pattern }) => pattern.test(options.stderr));
  const lines = options.stderr.split("\n").map((line) => line.trimEnd());
  // Warnings come before the first error heading.
  const heading = lines.findIndex((line) => /^Error(?: [^:]*)?: /.test(line));
  const shown = heading < 0 ? lines.slice(-DETAIL_LINES) : lines.slice(heading, heading + DETAIL_LINES);
  const detail = shown.join("\n").trim();
  const command = `\`${program} ${options.command}\``;
  const message = `${command} failed in ${options.directory} (${options.ending})${known === undefined ? "" : `: ${known.what}`}`;
  const hint = known?.hint(program) ?? `Run ${command} there by hand, or ${options.otherwise}.`;
  return detail === "" ? { message, hint } : { message, hint, detail };
}
