/** Why a target, or a place in a tree, was not looked at. */
export interface DiscoveryProblem {
  readonly kind: /** A target that is not there. */
    | "missing"
    /** A glob that nothing matches. */
    | "no-match"
    /** A file, named literally, that is no part of a module. */
    | "not-configuration"
    /** A target that the settings leave out. */
    | "excluded"
    /** A file or folder that cannot be read. */
    | "unreadable";
  /** As the user typed it, or as messages show it where it is not a target. */
  readonly path: string;
  readonly message: string;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  ELOOP: "its links lead in a circle",
  ENOENT: "it is not there any more, or it is a link that leads nowhere",
  ENOTDIR: "it is not there any more",
  ENAMETOOLONG: "its path is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EIO: "the disk reports an error",
};

export function unreadablePlace(shown: string, error: unknown): DiscoveryProblem {
  return { kind: "unreadable", path: shown, message: `${shown} cannot be read: ${reasonOf(error)}` };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const known = "code" in error && typeof error.code === "string" ? REASONS[error.code] : undefined;
  return known ?? error.message;
}
