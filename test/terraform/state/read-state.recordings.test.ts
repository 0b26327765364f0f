import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { compareAddresses, formatAddress } from "../../../src/terraform/addresses/address.js";
import { readStateFile } from "../../../src/terraform/state/read-state.js";
import type { State, StateInstance } from "../../../src/terraform/state/state.js";
import { foldersWith, storyInvites } from "../../support/recorded-folders.js";

const recording = (...parts: string[]) =>
  fileURLToPath(new URL(`../../../fixtures/recordings/${parts.join("/")}`, import.meta.url));

async function read(file: string, wanted: (type: string) => boolean): Promise<State> {
  const result = await readStateFile(file, { wantedTypes: wanted });
  if (!result.ok) throw new Error(result.error.message);
  return result.state;
}

function emails(instances: readonly StateInstance[]): Record<string, unknown> {
  return Object.fromEntries(instances.map(({ address, attributes }) => [formatAddress(address), attributes["email"]]));
}

const STATES = ["state-created.tfstate", "state-refreshed.tfstate", "show-state.json"] as const;

describe.each(foldersWith("config/squads.tf", "state-refreshed.tfstate", "show-state.json"))("$name", (one) => {
  const { name: folder, type, source } = one;
  const isInvite = (other: string) => other === type;

  it.each(STATES.filter((file) => existsSync(recording(folder, file))))(
    "%s has the thirteen invites, and the data source apart",
    async (file) => {
      const state = await read(recording(folder, file), isInvite);
      const managed = state.instances.filter(({ address }) => address.mode === "managed");
      const data = state.instances.filter(({ address }) => address.mode === "data");
      expect(emails(managed)).toEqual(
        Object.fromEntries(storyInvites(one).map(({ address, email }) => [address, email])),
      );
      expect(emails(data)).toEqual({ [`data.${type}.alice`]: "alice@example.com" });
      expect(state.resourceCount).toBe(10);
      for (const { provider } of state.instances) expect(provider?.source).toBe(source);
    },
  );

  it("gives the same result for a state in both forms", async () => {
    const raw = await read(recording(folder, "state-refreshed.tfstate"), isInvite);
    const shown = await read(recording(folder, "show-state.json"), isInvite);
    const comparable = (state: State) =>
      state.instances
        .toSorted((a, b) => compareAddresses(a.address, b.address))
        .map(({ address, provider, attributes, deposed, tainted }) => [
          formatAddress(address),
          provider?.source,
          attributes["id"],
          deposed,
          tainted,
        ]);
    expect(comparable(shown)).toEqual(comparable(raw));
    expect(raw).toMatchObject({
      format: "v4",
      serial: expect.any(Number),
      lineage: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(shown).toMatchObject({ format: "show", serial: undefined, lineage: undefined });
  });
});

describe.each(["01-nasty-keys", "04-deposed-twice"])("addresses/%s", (name) => {
  const listed = readFileSync(recording("addresses", `${name}.state-list.txt`), "utf8")
    .split("\n")
    .filter((line) => line !== "");

  it.each([".tfstate", ".show.json"])(
    "%s has exactly the addresses that `terraform state list` prints",
    async (end) => {
      const state = await read(recording("addresses", name + end), () => true);
      const current = state.instances.filter(({ deposed }) => deposed === undefined).map(({ address }) => address);
      // The list shows an instance once, whether or not it has deposed objects beside the current one.
      expect(current.toSorted(compareAddresses).map((address) => formatAddress(address))).toEqual(listed);
    },
  );

  it("has the same tainted and deposed objects in both forms", async () => {
    const objects = async (end: string) =>
      (await read(recording("addresses", name + end), () => true)).instances
        .map(({ address, deposed, tainted }) => `${formatAddress(address)} ${deposed ?? "current"} ${tainted}`)
        .toSorted();
    expect(await objects(".show.json")).toEqual(await objects(".tfstate"));
  });

  it("writes addresses like the show form", async () => {
    const file = recording("addresses", `${name}.show.json`);
    const own = [...readFileSync(file, "utf8").matchAll(/"address":("(?:[^"\\]|\\.)*"),"mode"/g)].map(
      (match): unknown => JSON.parse(match[1] ?? ""),
    );
    const state = await read(file, () => true);
    expect(state.instances.map(({ address }) => formatAddress(address)).toSorted()).toEqual(own.toSorted());
  });
});
