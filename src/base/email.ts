/** An email address in lower case. ASCII only: in Unicode, the Kelvin sign is a k, and two people would become one. */
export function lowerCaseEmail(email: string): string {
  return email.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** What email addresses of people are compared by. */
export function emailKey(email: string): string {
  return lowerCaseEmail(email.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
}
