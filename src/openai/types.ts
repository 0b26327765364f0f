/** An invitation to the organization. Times are Unix seconds. */
export interface Invite {
  readonly id: string;
  /** As it was sent; the API may hand it back in another case. */
  readonly email: string;
  /** Known: `owner`, `reader`. */
  readonly role: string;
  /** Known: `pending`, `accepted`, `expired`. */
  readonly status: string;
  readonly sentAt?: number;
  readonly expiresAt?: number;
  readonly acceptedAt?: number;
  readonly projects: readonly { readonly id: string; readonly role?: string }[];
}

/** A member of the organization. `addedAt` is in Unix seconds. */
export interface User {
  readonly id: string;
  /** Service accounts have none. */
  readonly email?: string;
  readonly name?: string;
  readonly role?: string;
  readonly addedAt?: number;
}
