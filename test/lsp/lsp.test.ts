import { writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "vscode-languageserver/node";
import { applied, CAPABILITIES, Client, editsOf, inFolder, inWorkspace } from "./client.js";

const PROVIDER = `terraform {
  required_providers {
    openai = {
      source  = "openai/openai"
      version = "1.1.0"
    }
  }
}
`;

const BAD = `resource "openai_invite" "sam" {
  email = "sam@example.com"
  role  = "reader"

  projects {
    id   = "proj_search"
    role = "member"
  }
}
`;

const GOOD = `resource "openai_invite" "sam" {
  email = "sam@example.com"
  role  = "reader"
}
`;

const RULE = "project-scoped-invite";
const BLOCK = { start: { line: 4, character: 2 }, end: { line: 4, character: 10 } };
const NOWHERE = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

function uriIn(folder: string, name: string): string {
  return pathToFileURL(path.join(folder, name)).href;
}

/** The diagnostics about projects, and those without a rule; other rules may be added without a change here. */
function relevant(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.filter(({ code }) => code === undefined || code === RULE);
}

const isBad = (params: { readonly diagnostics: Diagnostic[] }) => relevant(params.diagnostics).length > 0;
const isGood = (params: { readonly diagnostics: Diagnostic[] }) => relevant(params.diagnostics).length === 0;

describe("the language server's life", () => {
  it("says what it can do", () =>
    inFolder({}, async (folder) => {
      const client = new Client(folder, ["lsp"]);
      const answer = await client.start([folder]);
      expect(answer).toEqual({
        serverInfo: { name: "tfinvite", version: expect.any(String) },
        capabilities: {
          positionEncoding: "utf-16",
          textDocumentSync: { openClose: true, change: 2, save: true },
          codeActionProvider: { codeActionKinds: ["quickfix", "source.fixAll.tfinvite"] },
          hoverProvider: true,
          completionProvider: { triggerCharacters: [":", ","] },
          workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        },
      });
      expect([await client.stop(), client.stderr]).toEqual([0, ""]);
    }));

  it("exits 1 without a shutdown request", () =>
    inFolder({}, async (folder) => {
      const client = new Client(folder);
      await client.start([folder]);
      await client.connection.sendNotification("exit");
      expect([await client.exited, client.stderr]).toEqual([1, ""]);
    }));

  it("ends when its input ends", () =>
    inFolder({}, async (folder) => {
      const client = new Client(folder);
      await client.start([folder]);
      client.child.stdin?.end();
      expect([await client.exited, client.stderr]).toEqual([1, ""]);
    }));

  it.skipIf(process.platform === "win32")("ends at a signal (needs POSIX signals)", () =>
    inFolder({}, async (folder) => {
      const client = new Client(folder);
      await client.start([folder]);
      client.child.kill("SIGTERM");
      expect([await client.exited, client.stderr]).toEqual([143, ""]);
    }),
  );
});

describe("diagnostics", () => {
  it("appear when a document is opened, follow its edits, and disappear when it is closed", () =>
    inWorkspace({ "versions.tf": PROVIDER, "main.tf": GOOD }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, BAD);
      expect(relevant(await client.version(uri, 1))).toEqual([
        {
          range: BLOCK,
          severity: 2,
          code: RULE,
          codeDescription: { href: `https://unpkg.com/tfinvite@0.1.0/docs/rules/${RULE}.md` },
          source: "tfinvite",
          message: expect.stringContaining(": "),
        },
      ]);
      await client.edit(uri, 2, [
        { range: { start: { line: 4, character: 0 }, end: { line: 8, character: 0 } }, text: "" },
      ]);
      expect(relevant(await client.version(uri, 2))).toEqual([]);
      await client.change(uri, 3, BAD);
      expect(relevant(await client.version(uri, 3))).toHaveLength(1);
      await client.close(uri);
      expect(await client.until(uri, ({ diagnostics }) => diagnostics.length === 0)).toEqual([]);
    }));

  it("are about the last text where many changes arrive at once", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, GOOD);
      for (let version = 2; version < 60; version += 1)
        await client.change(uri, version, version % 2 === 0 ? BAD : GOOD);
      await client.change(uri, 60, `# last\n${BAD}`);
      const [diagnostic] = relevant(await client.version(uri, 60));
      expect(diagnostic?.range.start).toEqual({ line: 5, character: 2 });
    }));

  it("are in the data file that lists the people", () => {
    const people = `resource "openai_invite" "people" {\n  for_each = yamldecode(file("people.yaml"))\n  email = each.key\n  role  = each.value\n}\n`;
    return inWorkspace(
      { "versions.tf": PROVIDER, "people.yaml": "ann@example.com: reader\nbo@example.com: boss\n" },
      async (client, folder) => {
        await client.open(uriIn(folder, "main.tf"), people);
        const found = await client.until(uriIn(folder, "people.yaml"), ({ diagnostics }) => diagnostics.length > 0);
        expect(found.map(({ code, range }) => [code, range.start])).toEqual([
          ["invalid-role", { line: 1, character: 16 }],
        ]);
      },
    );
  });

  it("report an incomplete block, and the problems around it", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      const broken = `${BAD}\nresource "openai_invite" "kim" {\n  email = \n`;
      await client.open(uri, broken);
      const diagnostics = relevant(await client.version(uri, 1));
      expect(diagnostics.map(({ code, severity }) => [code, severity])).toContainEqual([RULE, 2]);
      expect(
        diagnostics.filter(({ code }) => code === undefined).map(({ severity, source }) => [severity, source])[0],
      ).toEqual([1, "tfinvite"]);
    }));

  it("count UTF-16 units, also after CR LF, emoji and a byte order mark", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      const text = `\ufeff${BAD.replace("  projects {", "  /* 👩‍💻é */ projects {")}`.replaceAll("\n", "\r\n");
      await client.open(uri, text);
      const line = text.split("\r\n")[4] ?? "";
      const character = line.indexOf("projects");
      expect(relevant(await client.version(uri, 1)).map(({ range }) => range)).toEqual([
        { start: { line: 4, character }, end: { line: 4, character: character + "projects".length } },
      ]);
    }));

  it("use every unsaved text of the module", () =>
    inWorkspace({ "versions.tf": PROVIDER, "variables.tf": "" }, async (client, folder) => {
      const main = uriIn(folder, "main.tf");
      const variables = uriIn(folder, "variables.tf");
      const list = BAD.replace(/ {2}projects \{[^}]*\}\n/, "  projects = var.projects\n");
      await client.open(main, list);
      expect(relevant(await client.version(main, 1))).toHaveLength(1);
      await client.open(variables, 'variable "projects" {\n  default = []\n}\n');
      await client.until(main, isGood);
      await client.change(variables, 2, 'variable "projects" {\n  default = [{ id = "p", role = "member" }]\n}\n');
      await client.until(main, isBad);
    }));

  it("appear in files of the module that are not open", () =>
    inWorkspace({ "main.tf": PROVIDER, "invites.tf": BAD }, async (client, folder) => {
      await client.open(uriIn(folder, "main.tf"), PROVIDER);
      expect(relevant(await client.until(uriIn(folder, "invites.tf"), isBad)).map(({ range }) => range)).toEqual([
        BLOCK,
      ]);
      await client.close(uriIn(folder, "main.tf"));
      await client.until(uriIn(folder, "invites.tf"), ({ diagnostics }) => diagnostics.length === 0);
    }));

  it("appear once in an open module that is called by another open module", () =>
    inWorkspace({ "people/main.tf": BAD }, async (client, folder) => {
      const child = uriIn(folder, "people/main.tf");
      await client.open(child, BAD);
      await client.until(child, isBad);
      await client.open(uriIn(folder, "main.tf"), `${PROVIDER}module "people" {\n  source = "./people"\n}\n`);
      await client.version(uriIn(folder, "main.tf"), 1);
      expect(relevant(await client.version(child, 1)).filter(({ code }) => code === RULE)).toHaveLength(1);
      await client.change(child, 2, `\n${BAD}`);
      const lines = (diagnostics: readonly Diagnostic[]) => relevant(diagnostics).map(({ range }) => range.start.line);
      // The caller is linted again, too; until then its diagnostics are about the old text.
      await client.until(child, ({ version, diagnostics }) => version === 2 && String(lines(diagnostics)) === "5");
    }));

  it("follow files that change on the disk", () =>
    inWorkspace({ "main.tf": PROVIDER, "invites.tf": BAD }, async (client, folder) => {
      await client.registration("workspace/didChangeWatchedFiles");
      await client.open(uriIn(folder, "main.tf"), PROVIDER);
      const uri = uriIn(folder, "invites.tf");
      await client.until(uri, isBad);
      writeFileSync(path.join(folder, "invites.tf"), GOOD);
      await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 2 }] });
      await client.until(uri, isGood);
    }));

  it("have the URI that the client wrote, with any characters in the path", () =>
    inWorkspace({ "a b 100% é/versions.tf": PROVIDER, "a b 100% é/main.tf": BAD }, async (client, folder) => {
      const plain = uriIn(folder, "a b 100% é/main.tf");
      // Clients escape more than they have to, and in lower case.
      const uri = plain.replace("/main.tf", "/%6dain.tf").replace("%C3%A9", "%c3%a9");
      expect(uri).not.toBe(plain);
      await client.open(uri, BAD);
      expect(relevant(await client.version(uri, 1)).map(({ range }) => range)).toEqual([BLOCK]);
    }));

  it("appear for a text without a file, from that text alone", () =>
    inWorkspace({ "main.tf": BAD }, async (client) => {
      const uri = "untitled:Untitled-1";
      await client.open(uri, PROVIDER + BAD);
      expect(relevant(await client.version(uri, 1))).toHaveLength(1);
      expect(client.published.map((params) => params.uri)).toEqual([uri]);
    }));

  it("appear in files in JSON syntax, and in no other JSON file", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const json = JSON.stringify({
        resource: { openai_invite: { sam: { email: "s@example.com", projects: [{ id: "p" }] } } },
      });
      await client.open(uriIn(folder, "package.json"), json, "json");
      await client.open(uriIn(folder, "main.tf.json"), json, "json");
      expect(relevant(await client.version(uriIn(folder, "main.tf.json"), 1))).toHaveLength(1);
      expect(client.published.filter(({ uri }) => uri.endsWith("package.json"))).toEqual([]);
    }));

  it("appear in each of several workspace folders, and outside of them", () =>
    inFolder({ "a/versions.tf": PROVIDER, "b/versions.tf": PROVIDER, "c/versions.tf": PROVIDER }, async (folder) => {
      const client = new Client(folder);
      await client.start([path.join(folder, "a"), path.join(folder, "b")]);
      for (const name of ["a", "b", "c"]) await client.open(uriIn(folder, `${name}/main.tf`), BAD);
      for (const name of ["a", "b", "c"]) {
        expect(relevant(await client.version(uriIn(folder, `${name}/main.tf`), 1)).map(({ range }) => range)).toEqual([
          BLOCK,
        ]);
      }
      expect(await client.stop()).toBe(0);
    }));

  it("survive any input", () =>
    inWorkspace({}, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, '\u0000\ud800{{{{"${');
      await client.version(uri, 1);
      await client.open("file:///%zz", BAD);
      await client.open("nonsense", BAD);
      await client.edit(uri, 2, [
        { range: { start: { line: 900, character: 9 }, end: { line: 901, character: 0 } }, text: "x" },
      ]);
      await client.version(uri, 2);
      await client.change(uriIn(folder, "never-opened.tf"), 7, BAD);
      await expect(client.connection.sendRequest("textDocument/nothing", {})).rejects.toThrow("Unhandled method");
      await client.change(uri, 3, PROVIDER + BAD);
      expect(relevant(await client.version(uri, 3))).toHaveLength(1);
      expect(client.stderr).toBe("");
    }));
});

describe("actions", () => {
  it("fix a finding by an edit that names the text's version", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, BAD);
      const diagnostics = [...(await client.version(uri, 1))];
      const actions = await client.actions(uri, BLOCK, { diagnostics });
      const fix = actions.find(({ isPreferred, diagnostics: [about] = [] }) => isPreferred && about?.code === RULE);
      expect(fix?.kind).toBe("quickfix");
      expect(
        fix?.edit?.documentChanges?.map((change) => "textDocument" in change && change.textDocument),
      ).toContainEqual({
        uri,
        version: 1,
      });
      await client.change(uri, 2, applied(BAD, editsOf(fix, uri)));
      expect(relevant(await client.version(uri, 2))).toEqual([]);
    }));

  it("fix a whole document on request", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      const text = BAD + BAD.replaceAll("sam", "kim");
      await client.open(uri, text);
      const kinds = (await client.actions(uri, NOWHERE)).map(({ kind }) => kind);
      expect(kinds).not.toContain("source.fixAll.tfinvite");
      const [all, ...rest] = await client.actions(uri, NOWHERE, { only: ["source.fixAll"] });
      expect([all?.kind, rest]).toEqual(["source.fixAll.tfinvite", []]);
      await client.change(uri, 2, applied(text, editsOf(all, uri)));
      expect(relevant(await client.version(uri, 2))).toEqual([]);
    }));

  it.each([
    ["LF", "\n"],
    ["CR LF", "\r\n"],
  ])("ignore a finding with a comment above it, with %s", (_, lineEnd) =>
    inWorkspace(
      { "versions.tf": PROVIDER },
      async (client, folder) => {
        const uri = uriIn(folder, "main.tf");
        const text = BAD.replaceAll("\n", lineEnd);
        await client.open(uri, text);
        const actions = await client.actions(uri, BLOCK);
        const ignore = actions.find(({ title }) => title === `Ignore ${RULE} with a reason`);
        const changed = applied(text, ignore?.edit?.changes?.[uri] ?? []);
        expect(changed).toBe(
          text.replace("  projects {", `  # tfinvite-ignore: ${RULE} -- TODO: why${lineEnd}  projects {`),
        );
      },
      { textDocument: CAPABILITIES.textDocument ?? {} },
    ),
  );

  it("ignore a finding in JSON syntax with a property of its block", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf.json");
      const block = { email: "s@example.com", projects: [{ id: "p" }] };
      const text = JSON.stringify({ resource: { openai_invite: { sam: block } } }, null, 2);
      await client.open(uri, text, "json");
      const [diagnostic] = relevant(await client.version(uri, 1));
      const actions = await client.actions(uri, diagnostic?.range ?? NOWHERE);
      const ignore = actions.find(({ title }) => title === `Ignore ${RULE} with a reason`);
      const commented = { "//": `tfinvite-ignore: ${RULE} -- TODO: why`, ...block };
      expect(applied(text, editsOf(ignore, uri))).toBe(
        JSON.stringify({ resource: { openai_invite: { sam: commented } } }, null, 2),
      );
    }));

  it("do not offer to ignore a rule that the settings make not ignorable", () =>
    inWorkspace(
      {
        "versions.tf": PROVIDER,
        ".tfinvite.json": JSON.stringify({ rules: { [RULE]: { ignorable: false } } }),
      },
      async (client, folder) => {
        const uri = uriIn(folder, "main.tf");
        await client.open(uri, BAD);
        expect(relevant(await client.version(uri, 1))).toHaveLength(1);
        const titles = (await client.actions(uri, BLOCK)).map(({ title }) => title);
        expect(titles).not.toContain(`Ignore ${RULE} with a reason`);
        expect(client.logged).toEqual([]);
      },
    ));

  it("offer nothing where nothing was found", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, `\n\n${GOOD}`);
      expect(await client.actions(uri, NOWHERE)).toEqual([]);
    }));

  it("can be cancelled", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, BAD);
      const { CancellationTokenSource } = await import("vscode-languageserver/node");
      const source = new CancellationTokenSource();
      const asked = client.connection.sendRequest(
        "textDocument/codeAction",
        { textDocument: { uri }, range: BLOCK, context: { diagnostics: [] } },
        source.token,
      );
      source.cancel();
      await expect(asked).rejects.toMatchObject({ code: -32800 });
      expect(relevant(await client.version(uri, 1))).toHaveLength(1);
    }));
});

describe("hover and completion", () => {
  it("show a rule's page on its finding, and on its name in a comment", () =>
    inWorkspace({ "versions.tf": PROVIDER }, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      const hover = (line: number, character: number) =>
        client.connection.sendRequest("textDocument/hover", { textDocument: { uri }, position: { line, character } });
      await client.open(uri, BAD);
      expect(await hover(4, 4)).toEqual({
        range: BLOCK,
        contents: {
          kind: "markdown",
          value: expect.stringMatching(/^# project-scoped-invite\n[\s\S]*\n\[project-scoped-invite\]\(https:/),
        },
      });
      expect(await hover(9, 0)).toBeNull();
      await client.change(uri, 2, `# tfinvite-ignore: ${RULE} -- the old way\n${BAD}`);
      expect(await hover(0, 25)).toMatchObject({
        range: { start: { line: 0, character: 19 }, end: { line: 0, character: 19 + RULE.length } },
      });
    }));

  it("complete rules in a suppression comment, and nowhere else", () =>
    inWorkspace({}, async (client, folder) => {
      const uri = uriIn(folder, "main.tf");
      await client.open(uri, "# tfinvite-ignore: duplicate-invite, pro\n# tfinvite: \n");
      const complete = (line: number, character: number) =>
        client.connection.sendRequest("textDocument/completion", {
          textDocument: { uri },
          position: { line, character },
        });
      expect(await complete(0, 40)).toContainEqual({
        label: RULE,
        kind: 20,
        detail: "project access granted through an invite",
      });
      expect(await complete(1, 12)).toEqual([]);
    }));
});
