/** The job cannot be done, for a reason the user can act on. Ends the program with exit code 2 and one clear message. */
export class Failure extends Error {
  /** What the user can do about it. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Failure";
    this.hint = hint;
  }
}

/** Something that could not be read or asked. It never stops the rest from being reported. */
export interface ReportError {
  readonly message: string;
  /** What the user can do about it. */
  readonly hint?: string;
  readonly address?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGPIPE: 13, SIGTERM: 15 } as const;

/** The user stopped the program; nothing more is to be said or done. */
export class Interrupted extends Error {
  /** What a shell expects of a program that a signal ended: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: keyof typeof NUMBERS = "SIGINT") {
    super("interrupted");
    this.name = "Interrupted";
    this.exitCode = 128 + NUMBERS[signal];
  }
}
