/** The user stopped the program; nothing more is to be said or done. */
export class Interrupted extends Error {
  /** What a shell expects of a program that a signal ended: 128 and the signal's number. */
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM" = "SIGINT") {
    super("interrupted");
    this.name = "Interrupted";
    this.exitCode = signal === "SIGTERM" ? 143 : 130;
  }
}
