import { describe, expect, test } from "vitest";
import { configurationCases, loadCase, place } from "./configuration-cases.js";

async function calls(name: string): Promise<readonly string[]> {
  const theCase = configurationCases().find((one) => one.name === name);
  if (theCase === undefined) throw new Error(`there is no case ${name}`);
  const { modules } = await loadCase(theCase, "terraform");
  return modules.map(({ path, source, range, repetition, directory, local, withinRoot }) =>
    [path.join("."), source, place(range), repetition.kind, directory, local, withinRoot].join(" | "),
  );
}

describe("module calls", () => {
  test("are listed with their places and repetitions", async () => {
    expect(await calls("repeated-modules")).toMatchInlineSnapshot(`
      [
        "on | ./person | config/main.tf:6:1-12 | count | config/person | true | true",
        "off | ./person | config/main.tf:12:1-13 | count | config/person | true | true",
        "two | ./person | config/main.tf:18:1-13 | count | config/person | true | true",
        "each | ./person | config/main.tf:24:1-14 | for_each | config/person | true | true",
      ]
    `);
  });

  test("are listed once for every call path", async () => {
    expect(await calls("nested-modules")).toMatchInlineSnapshot(`
      [
        "org | ./org | config/main.tf:8:1-13 | for_each | config/org | true | true",
        "org.team | ./team | config/org/main.tf:7:1-14 | for_each | config/org/team | true | true",
      ]
    `);
  });

  test("of fetched modules are distinguished from local ones", async () => {
    expect(await calls("installed-modules")).toMatchInlineSnapshot(`
      [
        "remote | example/people/test | config/main.tf:1:1-16 | single | config/data/modules/remote/people | false | false",
        "remote.inner | example/inner/test | config/data/modules/remote/people/main.tf:3:1-15 | single | config/data/modules/remote.inner | false | false",
      ]
    `);
  });
});
