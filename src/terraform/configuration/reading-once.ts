import type { FileSystem } from "./file-system.js";

/**
 * The same file system, which lists a directory and reads a file once only: for a run that loads many root modules with
 * modules in common. What changes meanwhile is not seen, so it must not outlive the run. Errors are not kept.
 */
export function readingOnce<F extends FileSystem>(base: F): F {
  const lists = new Map<string, readonly string[] | undefined>();
  const texts = new Map<string, string>();
  return {
    ...base,
    list(directory) {
      if (!lists.has(directory)) lists.set(directory, base.list(directory));
      return lists.get(directory);
    },
    read(path) {
      const known = texts.get(path);
      if (known !== undefined) return known;
      const text = base.read(path);
      texts.set(path, text);
      return text;
    },
  };
}
