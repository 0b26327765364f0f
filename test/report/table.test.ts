import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { PLAIN_STYLE } from "../../src/report/style.js";
import { firstOf, formatOutcome, formatTable } from "../../src/report/table.js";

const WORD = fc.stringMatching(/^[a-z]{1,12}$/);
const TEXT = fc.array(WORD, { minLength: 1, maxLength: 12 }).map((words) => words.join(" "));
const ROWS = fc.array(fc.tuple(WORD, WORD, TEXT), { minLength: 1, maxLength: 20 });

describe("a table", () => {
  it("breaks no word at any width, keeps to it where words allow, and loses nothing", () => {
    fc.assert(
      fc.property(ROWS, fc.integer({ min: 10, max: 120 }), (rows, width) => {
        const lines = formatTable(rows, { ...PLAIN_STYLE, width });
        expect(lines.flatMap((line) => line.trim().split(/ +/))).toEqual(
          rows.flat().flatMap((cell) => cell.split(" ")),
        );
        for (const line of lines.filter((one) => stringWidth(one) > width))
          expect(line.trim().split(" ").length).toBeLessThan(5);
      }),
    );
  });

  it("lets one long cell push its own row only", () => {
    const rows = [
      ["main.tf:1", "openai_invite.a", "delete the block"],
      ["main.tf:5", "module.a_very_long_name_of_a_module.module.another.openai_invite.member", "drop one key"],
      ["main.tf:90", "openai_invite.abc", "delete the block"],
    ];
    expect(formatTable(rows, { ...PLAIN_STYLE, width: 60 })).toEqual([
      "  main.tf:1   openai_invite.a    delete the block",
      "  main.tf:5   module.a_very_long_name_of_a_module.module.another.openai_invite.member",
      "    drop one key",
      "  main.tf:90  openai_invite.abc  delete the block",
    ]);
    expect(formatTable(rows, { ...PLAIN_STYLE, width: 80 })).toEqual([
      "  main.tf:1   openai_invite.a    delete the block",
      "  main.tf:5   module.a_very_long_name_of_a_module.module.another.openai_invite.member",
      "    drop one key",
      "  main.tf:90  openai_invite.abc  delete the block",
    ]);
  });

  it("counts the rows that it does not show", () => {
    expect(firstOf([1, 2, 3, 4], 2, (more) => -more)).toEqual([1, 2, -2]);
    expect(firstOf([1, 2], 2, (more) => -more)).toEqual([1, 2]);
  });

  it("lists what was done, the names in one column", () => {
    expect(
      formatOutcome(
        [
          ["State", "1 removed"],
          ["Undo", "tfinvite repair --undo x"],
        ],
        PLAIN_STYLE,
      ),
    ).toBe("State          1 removed\nUndo           tfinvite repair --undo x\n");
  });
});
