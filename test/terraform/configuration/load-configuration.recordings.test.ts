import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { formatAddress } from "../../../src/terraform/addresses/address.js";
import { loadConfiguration } from "../../../src/terraform/configuration/load-configuration.js";
import { FOLDERS, STORY_FOLDERS, storyInvites } from "../../support/recorded-folders.js";
import { place, plain } from "./configuration-cases.js";

const RECORDINGS = fileURLToPath(new URL("../../../fixtures/recordings", import.meta.url));

function load(recording: string, type: string, tool: "terraform" | "tofu" = "terraform") {
  return loadConfiguration({
    directory: `${recording}/config`,
    cwd: RECORDINGS,
    types: [type],
    mention: [type],
    tool,
    env: {},
  });
}

describe("the recorded configurations", () => {
  test.each(FOLDERS)("$name is read whole, with its provider", async ({ name, type, tool, source, version }) => {
    const configuration = await load(name, type, tool);
    expect(configuration.resources.length).toBeGreaterThan(0);
    for (const resource of configuration.resources) {
      expect(resource.complete).toBe(true);
      expect(resource.provider).toMatchObject({
        configuration: type.split("_")[0],
        source,
        constraints: [version],
        lockedVersion: version,
      });
    }
    expect(configuration.problems).toEqual([]);
    expect(configuration.unresolvedModules).toEqual([]);
    expect(configuration.settings.backend).toBeUndefined();
  });

  test.each(STORY_FOLDERS)("$name declares the thirteen invites", async (folder) => {
    const { name: recording, type, tool } = folder;
    const configuration = await load(recording, type, tool);
    const managed = configuration.resources.filter(({ mode }) => mode === "managed");
    const within = (text: string) => text.replace(`${recording}/config/`, "");
    const declared = managed.flatMap((resource) =>
      resource.instances.map(({ address, keySource, keyVia, arguments: values }) => [
        formatAddress(address),
        plain(values.get("email") ?? { kind: "null" }),
        plain(values.get("role") ?? { kind: "null" }),
        within(place(resource.block.headerRange)),
        ...(keySource === undefined ? [] : [`${within(place(keySource))} via ${keyVia}`]),
      ]),
    );
    expect(declared.sort()).toEqual(
      storyInvites(folder)
        .map(({ address, email, role, file, line, key }) => {
          const header = `resource "${type}" "${/(\w+)(?:\[[^\]]*\])?$/.exec(address)?.[1]}"`;
          const via = file === "invites.tf" ? "var.team" : "var.people";
          const keyPlace = key && `${key.file}:${key.line}:${key.column}-${key.column + email.length + 2} via ${via}`;
          return [
            address,
            email,
            role,
            `${file}:${line}:1-${header.length + 1}`,
            ...(key === undefined ? [] : [keyPlace]),
          ];
        })
        .sort(),
    );
  });

  test("who reads the invites", async () => {
    const { references } = await load("openai-openai-1.1.0", "openai_invite");
    expect(references.map(({ from, target, range }) => [from, target, place(range)])).toEqual([
      [
        "data.openai_invite.alice",
        { mode: "managed", type: "openai_invite", name: "alice" },
        "openai-openai-1.1.0/config/invites.tf:36:15-37",
      ],
      [
        "output.alice_status",
        { mode: "data", type: "openai_invite", name: "alice" },
        "openai-openai-1.1.0/config/invites.tf:40:11-42",
      ],
    ]);
  });
});
