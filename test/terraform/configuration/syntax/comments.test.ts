import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Comment, commentsOf } from "../../../../src/terraform/configuration/syntax/comments.js";
import { parseFile } from "../../../../src/terraform/configuration/syntax/parse-file.js";

async function read(text: string, file = "main.tf"): Promise<readonly Comment[]> {
  return commentsOf(await parseFile(file, text, { validate: false }));
}

/** One comment on a line: its place, its position, its text. */
function shown(comment: Comment): string {
  const { range, text } = comment;
  const place = `${range.start.line}:${range.start.column}`;
  const how = comment.kind === "json" ? "json" : comment.alone ? "alone" : comment.afterCode ? "behind" : "before";
  return `${place} ${how} ${JSON.stringify(text)}`;
}

describe("comments of native syntax", () => {
  it("knows the position of each on its lines", async () => {
    const text = [
      "# first",
      "// second",
      'a = 1 # "behind"',
      "/* before */ b = 2",
      "/* one */ # two",
      "c = [ /* inside */ 1, # end",
      "  /* many",
      "     lines */ 2]",
      "d = 3 /* opens",
      "closes */ # then alone",
      "/* open",
    ].join("\r\n");
    expect((await read(text)).map(shown)).toEqual([
      '1:1 alone " first"',
      '2:1 alone " second"',
      '3:7 behind " \\"behind\\""',
      '4:1 before " before "',
      '5:1 alone " one "',
      '5:11 alone " two"',
      '6:7 behind " inside "',
      '6:23 behind " end"',
      '7:3 before " many\\r\\n     lines "',
      '9:7 behind " opens\\r\\ncloses "',
      '10:11 alone " then alone"',
      '11:1 alone " open"',
    ]);
  });

  it("are not found in strings, heredocs and templates, except in an interpolation", async () => {
    const text = 'a = "# no // no /* no */ ${1 /* yes */}"\nb = <<E\n# no\n${2 // yes\n}\nE\n';
    expect((await read(text)).map(shown)).toEqual(['1:30 behind " yes "', '4:5 behind " yes"']);
  });

  it("goes on behind a string that does not end", async () => {
    expect((await read('a = "open\n# still one\nb = {\n')).map(shown)).toEqual(['2:1 alone " still one"']);
  });

  it("ends at the file's end for every text", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("/*", "*/", "#", "//", "\n", "\r\n", '"', "a = 1", " ", "${", "}", "<<E", "E", "{"), {
          maxLength: 30,
        }),
        async (pieces) => {
          const text = pieces.join("");
          let end = 0;
          for (const comment of await read(text)) {
            expect(comment.range.start.offset).toBeGreaterThanOrEqual(end);
            expect(text.slice(comment.textStart, comment.textStart + comment.text.length)).toBe(comment.text);
            end = comment.range.end.offset;
            expect(end).toBeLessThanOrEqual(text.length);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("comments of JSON syntax", () => {
  const text = `{
  "//": ["first", "second"],
  "resource": {
    "openai_invite": {
      "alice": { "email": "//", "//": "about alice" },
      "bob": [{ "//": "about bob" }],
      "two": [{ "//": "one of two" }, {}]
    }
  }
}`;
  it("are strings under a key of two slashes, each with the object that holds it", async () => {
    const comments = await read(text, "main.tf.json");
    const holders = comments.flatMap((comment) =>
      comment.kind === "json" ? [`${comment.topLevel} ${text.slice(comment.holder.start, comment.holder.end)}`] : [],
    );
    expect(comments.map(shown)).toEqual([
      '2:10 json "first"',
      '2:19 json "second"',
      '5:39 json "about alice"',
      '6:23 json "about bob"',
      '7:23 json "one of two"',
    ]);
    expect(holders.slice(2)).toEqual([
      'false "alice": { "email": "//", "//": "about alice" }',
      'false "bob": [{ "//": "about bob" }',
      'false { "//": "one of two" }',
    ]);
    expect(holders.slice(0, 2)).toEqual([`true ${text}`, `true ${text}`]);
  });

  it("are removed with a comma, so that the rest stays JSON", async () => {
    for (const comment of await read(text, "main.tf.json")) {
      if (comment.kind !== "json") throw new Error("not JSON");
      const rest = text.slice(0, comment.removal.start) + text.slice(comment.removal.end);
      expect(() => JSON.parse(rest)).not.toThrow();
      expect(rest).not.toContain(comment.text);
    }
  });

  it("are found in deep and in broken texts", async () => {
    const deep = `{"//":"here","a":${"[".repeat(20_000)}`;
    expect((await read(deep, "a.tf.json")).map(shown)).toEqual(['1:7 json "here"']);
    expect((await read('{"a": {"//": "x", "b": }, }', "a.tf.json")).map(shown)).toEqual(['1:14 json "x"']);
    expect(await read('{"//": "open\n}', "a.tf.json")).toEqual([]);
  });
});
