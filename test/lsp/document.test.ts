import { describe, expect, it } from "vitest";
import { fileOfUri } from "../../src/lsp/document.js";

describe("paths of URIs", () => {
  it.each([
    ["file:///c%3A/tf/main.tf", "C:\\tf\\main.tf"],
    ["file:///C:/tf/main.tf", "C:\\tf\\main.tf"],
    ["file:///C:/a%20b/100%25/%C3%A9.tf", "C:\\a b\\100%\\é.tf"],
    ["file://server/share/main.tf", "\\\\server\\share\\main.tf"],
    ["file:///tf/main.tf", undefined],
    ["untitled:Untitled-1", undefined],
    ["git:/c%3A/tf/main.tf", undefined],
  ])("on Windows, %s", (uri, file) => {
    expect(fileOfUri(uri, true)).toBe(file);
  });

  it.each([
    ["file:///tf/a%20b/100%25/%C3%A9.tf", "/tf/a b/100%/é.tf"],
    ["FILE:///tf/../tf//main.tf", "/tf/main.tf"],
    ["file:///tf/%2Fmain.tf", undefined],
    ["file:///%zz", undefined],
    ["file://server/share/main.tf", undefined],
    ["", undefined],
  ])("elsewhere, %s", (uri, file) => {
    expect(fileOfUri(uri, false)).toBe(file);
  });
});
