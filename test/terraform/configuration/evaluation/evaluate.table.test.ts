import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { EVALUATED_FUNCTIONS } from "../../../../src/terraform/configuration/evaluation/functions.js";
import { ourAnswer, readTable, tableScope } from "./expression-table.js";

const PAGE = "docs/expressions.md";

/** The page with this part replaced. */
function withPart(page: string, name: string, text: string): string {
  return page.replace(
    new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`),
    (_, start: string, end: string) => `${start}\n${text}\n\n${end}`,
  );
}

describe("the table of expressions, as Terraform 1.11.4 answered", () => {
  test("nothing is guessed wrongly, little is unknown, and the page says so (UPDATE_DOCS=1 writes it)", async () => {
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

    const figures = `Terraform 1.11.4 answered ${count} expressions, with the type of each answer. tfinvite gives the same answer for ${count - open.length} of them, a wrong one for none, and says about ${open.length} that it does not know.`;
    const functions = EVALUATED_FUNCTIONS.map((name) => `\`${name}\``).join(", ");
    const page = readFileSync(PAGE, "utf8");
    const wanted = withPart(withPart(page, "functions", `${functions}.`), "figures", figures);
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(PAGE, wanted);
    else expect(page).toBe(wanted);
  });
});
