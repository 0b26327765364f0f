/** A non-empty string attribute of a state object, or undefined. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A time attribute in Unix seconds, or undefined. Zero means that a provider could not read it, not 1970. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}
