import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { casesIn } from "../support/lint-case.js";
import { ROOT } from "../support/program.js";

const FIXTURES = path.join(ROOT, "fixtures/fixes");
const hasTerraform = spawnSync("terraform", ["version"], { stdio: "ignore" }).status === 0;

/** Cases whose result adds a person to a project. */
const MEMBERSHIPS = casesIn(FIXTURES).flatMap((name) =>
  ["main.tf", "main.tf.json"].flatMap((file) => {
    const place = path.join(FIXTURES, name, "after", file);
    const text = existsSync(place) ? readFileSync(place, "utf8") : "";
    return text.includes("_project_user") ? [{ name, file, text }] : [];
  }),
);

/** The providers' resources and data sources, replaced by built-in ones of Terraform. */
function played(text: string): string {
  return text
    .replace(/^(?:provider|terraform) .*\{\n(?: .*\n|\n)*\}\n/gm, "")
    .replace(/^ {2}provider +=.*\n/gm, "")
    .replace(/^resource "\w*_(?:invite|project)" .*\{\n(?: .*\n|\n)*\}\n/gm, "")
    .replace(/^data "(\w+)" "(\w+)" \{(?:\}|\n((?: .*\n)*)\})/gm, (_, type: string, name: string, body = "") => {
      const each = /^ {2}for_each +=(.*)$/m.exec(String(body))?.[1];
      const one =
        type === "openai_project_role" ? '{ role_id = "known" }' : "{ users = var.people, items = var.people }";
      return `locals {\n  ${type}_${name} = ${each === undefined ? one : `{ for key in keys(${keyed(each)}) : key => ${one} }`}\n}`;
    })
    .replace(/\bdata\.(\w+)\.(\w+)/g, "local.$1_$2")
    .replaceAll("openai_project.search.id", '"proj_new"')
    .replace(/^resource "\w+_project_user"/gm, 'resource "terraform_data"')
    .replace(/^( {2}project_id(?:.*\n)*? {2}role(?:_ids)? .*\n)/gm, "  input = {\n$1  }\n");
}

const JSON_BODY = z.record(z.string(), z.string().or(z.array(z.string())));
const JSON_BLOCKS = z.record(z.string(), z.record(z.string(), JSON_BODY));

/** The same of a file in JSON syntax. */
function playedJson(text: string): string {
  const shape = z.object({
    locals: z.record(z.string(), z.unknown()),
    data: JSON_BLOCKS,
    resource: z.record(z.string(), z.unknown()).or(z.array(z.record(z.string(), z.unknown()))),
  });
  const { locals, data, resource } = shape.parse(JSON.parse(text));
  const lists = Object.entries(data).flatMap(([type, blocks]) =>
    Object.entries(blocks).map(([name, { for_each: each }]) => {
      const one =
        type === "openai_project_role" ? '{ role_id = "known" }' : "{ users = var.people, items = var.people }";
      const value = each === undefined ? one : `{ for key in keys(${String(each).slice(2, -1)}) : key => ${one} }`;
      return [`${type}_${name}`, `\${${value}}`];
    }),
  );
  const users = [resource].flat().flatMap((one) => ("openai_project_user" in one ? [one["openai_project_user"]] : []));
  const memberships = Object.entries(z.record(z.string(), JSON_BODY).parse(users[0])).map(([name, body]) => {
    const { for_each, project_id, user_id, role, role_ids } = body;
    return [name, { for_each, input: { project_id, user_id, role: role ?? role_ids } }];
  });
  const file = {
    locals: { ...locals, ...Object.fromEntries(lists) },
    resource: { terraform_data: Object.fromEntries(memberships) },
  };
  return JSON.stringify(file).replace(/\bdata\.(\w+)\.(\w+)/g, "local.$1_$2");
}

/** A set as a map of itself. */
function keyed(collection: string): string {
  return collection.trim().startsWith("{") ? collection : `{ for one in ${collection} : one => one }`;
}

/** Every email address of the cases, some in another case, and a person who is in none of them. */
const PEOPLE = ["sam", "Kim", "LEE", "dan", "Erin", "other"].map((name) => ({
  id: `user-${name.toLowerCase()}`,
  email: `${name}@example.com`,
}));

describe.skipIf(!hasTerraform)("fixed configurations (skipped: no terraform on the PATH)", () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(os.tmpdir(), "tfinvite-plan-"));
  });

  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });

  const created = (people: unknown): string[] => {
    const variables = { people, ads: "proj_ads" };
    writeFileSync(path.join(cwd, "terraform.tfvars.json"), JSON.stringify(variables));
    const { status, stdout, stderr } = spawnSync("terraform", ["plan", "-no-color", "-input=false"], {
      cwd,
      encoding: "utf8",
    });
    expect({ status, stderr: status === 0 ? "" : stderr + stdout }).toEqual({ status: 0, stderr: "" });
    // The plan has a block for each, with its values.
    return stdout
      .split(/^ {2}# /m)
      .flatMap((block) => {
        const address = /^terraform_data\.(\S+) will be created$/m.exec(block)?.[1];
        const given = [...block.matchAll(/\+ (project_id|user_id|role) += (".*")/g)];
        const written = given.map(([, name, value]) => `${name} ${value}`).sort();
        return address === undefined ? [] : [[address, ...written].join("  ")];
      })
      .sort();
  };

  it("exist", () => {
    expect(MEMBERSHIPS.length).toBeGreaterThan(8);
  });

  it.each(MEMBERSHIPS)("have a valid plan before and after the acceptances: $name", async ({ name, file, text }) => {
    const ads = text.includes('variable "ads"') ? "" : 'variable "ads" {\n  default = ""\n}\n';
    writeFileSync(path.join(cwd, file), file.endsWith(".json") ? playedJson(text) : played(text));
    writeFileSync(
      path.join(cwd, "people.tf"),
      `variable "people" {\n  type = list(object({ id = string, email = string }))\n}\n${ads}`,
    );
    // A person whose address is hidden must not be added.
    expect(created([])).toEqual([]);
    expect(created([{ id: "user-hidden", email: null }])).toEqual([]);
    await expect(`${created(PEOPLE).join("\n")}\n`).toMatchFileSnapshot(path.join(FIXTURES, name, "added.txt"));
  });

  it("have the format of terraform fmt", () => {
    const folders = casesIn(FIXTURES).flatMap((name) => {
      const folder = path.join(FIXTURES, name, "after");
      return existsSync(folder) ? [folder] : [];
    });
    const results = folders.map((folder) => {
      const { stdout, status } = spawnSync("terraform", ["fmt", "-check", "-diff", "-recursive", folder], {
        encoding: "utf8",
      });
      return { folder, stdout, status };
    });
    expect(results.filter(({ status, stdout }) => status !== 0 || stdout !== "")).toEqual([]);
  });
});
