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
