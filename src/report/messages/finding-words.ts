/** What a finding says: a title that fits a line, and what follows from it. Neither repeats the address. */
export interface FindingWords {
  readonly title: string;
  readonly detail: string;
}
