/** Why a target, or a place in a tree, was not looked at. */
export interface DiscoveryProblem {
  readonly kind: /** A target that is not there. */
    | "missing"
    /** A glob that nothing matches. */
    | "no-match"
    /** A file that was named literally and does not belong to a module. */
    | "not-configuration"
    /** A target that the settings exclude. */
    | "excluded"
    /** A file or folder that cannot be read. */
    | "unreadable";
  /** As the user typed it, or as messages show it where it is not a target. */
  readonly path: string;
  readonly message: string;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  ELOOP: "its symbolic links form a loop",
  ENOENT: "it no longer exists, or it is a broken link",
  ENOTDIR: "it no longer exists",
  ENAMETOOLONG: "its path is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk reported an error",
};

export function unreadablePlace(shown: string, error: unknown): DiscoveryProblem {
  return { kind: "unreadable", path: shown, message: `${shown} can't be read: ${reasonOf(error)}` };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error && typeof error.code === "string" ? REASONS[error.code] : undefined;
  return known ?? error.message;
}
