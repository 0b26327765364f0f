/** Milliseconds without a keystroke after which a module is linted. */
const QUIET = 150;

/** What a session needs of the server around it. */
export interface SessionWork<T> {
  /** Must not throw. */
  lint(): Promise<T>;
  /** Called with every result that is not out of date already. */
  show(result: T): void;
}

/**
 * Keeps the findings of one module up to date: waits for a pause in typing, never lints twice at once, and drops what
 * newer text has overtaken.
 */
export class ModuleSession<T> {
  readonly #work: SessionWork<T>;
  #wanted = 0;
  #done = 0;
  #latest: T | undefined;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(work: SessionWork<T>) {
    this.#work = work;
  }

  /** The last result that was shown. */
  get latest(): T | undefined {
    return this.#latest;
  }

  /** Something that the result rests on has changed. */
  changed(when: "typing" | "now"): void {
    if (this.#closed) return;
    this.#wanted += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.fresh(), when === "typing" ? QUIET : 0);
  }

  /** The result for everything that has changed so far; undefined once the module is closed. */
  async fresh(): Promise<T | undefined> {
    clearTimeout(this.#timer);
    while (!this.#closed && this.#done < this.#wanted) {
      this.#running ??= this.#run().finally(() => {
        this.#running = undefined;
      });
      await this.#running;
    }
    return this.#closed ? undefined : this.#latest;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    const wanted = this.#wanted;
    // What the client has already sent is read first.
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#closed || wanted !== this.#wanted) return;
    const result = await this.#work.lint();
    if (this.#closed || wanted !== this.#wanted) return;
    this.#done = wanted;
    this.#latest = result;
    this.#work.show(result);
  }
}
