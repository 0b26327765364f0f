/**
 * The versions in a [dependency lock file](https://developer.hashicorp.com/terraform/language/files/dependency-lock),
 * by provider source. Read line by line, in the form that `terraform init` writes; the text is untrusted.
 */
export function lockedVersions(text: string): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  let source: string | undefined;
  for (const line of text.split("\n")) {
    source = /^provider\s+"([^"]+)"/.exec(line)?.[1] ?? (/^\s*\}/.test(line) ? undefined : source);
    const version = /^\s*version\s*=\s*"([^"]+)"/.exec(line)?.[1];
    if (source !== undefined && version !== undefined) versions.set(source, version);
  }
  return versions;
}
