import { Option } from "commander";

/** The shells that a completion script can be made for. */
export const COMPLETED_SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** What a shell may offer for a value. `thenFile`: a colon and a file may follow the word. */
export type Offer =
  | { readonly kind: "words"; readonly words: readonly string[]; readonly thenFile?: true }
  /** Some of the words, between commas. */
  | { readonly kind: "list"; readonly words: readonly string[] }
  /** Addresses of the invites in the local state. */
  | { readonly kind: "addresses" }
  /** A rule and its severity, as `--rule` takes them. */
  | { readonly kind: "rules" }
  | { readonly kind: "files" }
  | { readonly kind: "nothing" };

/** An option that says what a shell may offer for its value. */
export class Flag extends Option {
  #offer: Offer | undefined;

  offering(offer: Offer): this {
    this.#offer = offer;
    return this;
  }

  /** By what the help calls the value, where nothing else was said. */
  get offer(): Offer {
    return this.#offer ?? { kind: /[<[](?:file|path|journal)/.test(this.flags) ? "files" : "nothing" };
  }
}
