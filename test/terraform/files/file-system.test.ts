import path from "node:path";
import { expect, test } from "vitest";
import { diskFileSystem, repositoryRoot } from "../../../src/terraform/files/file-system.js";
import { makeTree } from "../configuration/discovery/trees.js";

test("the nearest folder with a .git folder or file is the repository's root", () => {
  const tree = makeTree({ ".git/HEAD": "", "a/b/x.tf": "", "sub/.git": "gitdir: elsewhere\n", "sub/c/x.tf": "" });
  const root = (place: string) => repositoryRoot(path.join(tree, place), diskFileSystem);
  expect(root(".")).toBe(tree);
  expect(root("a/b")).toBe(tree);
  expect(root("a/not/there")).toBe(tree);
  expect(root("sub/c")).toBe(path.join(tree, "sub"));
  expect(repositoryRoot(path.join(makeTree({}), "x"), { kind: () => undefined })).toBeUndefined();
  const unreadable = () => {
    throw new Error("EACCES");
  };
  expect(repositoryRoot(tree, { kind: unreadable })).toBeUndefined();
});
