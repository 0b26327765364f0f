/** The window in which the admin endpoints have been observed to refill, in milliseconds. */
export const WINDOW = 60_000;

/** Sent this much later than the window's end, since the server's clock decides and not ours. */
const MARGIN = 250;

/**
 * The pace of one endpoint. It is not known beforehand and no header tells it: requests go out one after another until
 * one is refused (429). How many got through before that, and when the next may go, is the pace from then on; it is
 * tried a little faster after two clean rounds, since someone else may have used up the quota. Times are milliseconds.
 */
export class Pace {
  /** When the requests that got through were answered, oldest first; the server counted each before that. */
  #through: number[] = [];
  #lastRefusal = Number.NEGATIVE_INFINITY;
  #blockedUntil = Number.NEGATIVE_INFINITY;
  #rate: { count: number; per: number; sinceRefusal: number } | undefined;

  /** The learned rate, if a refusal has taught one. */
  get rate(): { readonly count: number; readonly per: number } | undefined {
    return this.#rate;
  }

  /** When the next request may go. */
  readyAt(now: number): number {
    let ready = Math.max(now, this.#blockedUntil);
    if (this.#rate !== undefined) {
      const nth = this.#through.at(-this.#rate.count);
      if (nth !== undefined) ready = Math.max(ready, nth + this.#rate.per + MARGIN);
    }
    return ready;
  }

  /** A request was answered, and not by 429. */
  gotThrough(now: number): void {
    this.#through = [...this.#through.filter((at) => at > now - 2 * WINDOW), now];
    if (this.#rate === undefined) return;
    this.#rate.sinceRefusal += 1;
    if (this.#rate.sinceRefusal >= 2 * this.#rate.count) {
      this.#rate = { count: this.#rate.count + 1, per: this.#rate.per, sinceRefusal: 0 };
    }
  }

  /** A request was answered by 429, with a wait named by the server or none. Returns when the next may go. */
  refused(now: number, named: number | undefined): number {
    const burst = this.#through.filter((at) => at > Math.max(this.#lastRefusal, now - WINDOW));
    const first = burst[0] ?? now;
    const until = named === undefined ? first + WINDOW + MARGIN : now + named;
    if (burst.length > 0) {
      this.#rate = { count: burst.length, per: Math.min(WINDOW, Math.max(0, until - first)), sinceRefusal: 0 };
    } else if (this.#rate !== undefined) {
      this.#rate.sinceRefusal = 0;
    }
    this.#lastRefusal = now;
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
    return this.readyAt(now);
  }
}
