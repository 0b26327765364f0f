/** What email addresses of people are compared by. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}
