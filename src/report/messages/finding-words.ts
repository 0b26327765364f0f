/** What a finding says: a headline that fits a line, and what follows from it. Neither repeats the address. */
export interface FindingWords {
  readonly headline: string;
  readonly consequence: string;
}
