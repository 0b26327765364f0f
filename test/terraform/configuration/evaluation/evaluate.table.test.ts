import { describe, expect, test } from "vitest";
import { ourAnswer, readTable, tableScope } from "./expression-table.js";

describe("the table of expressions, as Terraform 1.11.4 answered", () => {
  test("nothing is guessed wrongly, and little is unknown", async () => {
    const scope = await tableScope();
    const wrong: string[] = [];
    const open: string[] = [];
    let count = 0;
    for (const records of readTable().values()) {
      for (const { expression, answer } of records) {
        count += 1;
        const ours = await ourAnswer(expression, scope);
        if (ours.startsWith("unknown")) {
          if (answer !== "unknown") open.push(`${expression} => ${answer} (${ours})`);
        } else if (ours !== answer) wrong.push(`${expression}\n   ours ${ours}\n   real ${answer}`);
      }
    }
    expect(wrong.join("\n")).toBe("");
    expect(open.length, open.join("\n")).toBeLessThan(20);
    expect(count).toBeGreaterThanOrEqual(600);
  });
});
