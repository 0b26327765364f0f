import { expect, it } from "vitest";
import { z } from "zod";
import { anInvite, aUser, startStandIn } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene } from "../support/recording.js";
import { stateOf } from "../support/states.js";

const SENT = NOW / 1000 - 86_400;
const EU_KEY = "sk-admin-of-the-eu-0123456789";
const ROOTS = Array.from({ length: 200 }, (_, index) => ({
  directory: `infra/r${String(index).padStart(3, "0")}`,
  name: `p${index}`,
  email: `p${index}@example.com`,
  id: `invite-${index}`,
  isEu: index % 2 === 1,
  isUsed: index % 50 === 0,
}));

const CONFIGURATION = (name: string, email: string, isEu: boolean) => `terraform {
  required_providers {
    openai = { source = "openai/openai", version = "1.1.0" }
  }
}
provider "openai" {
  alias = "eu"
}
resource "openai_invite" "${name}" {
  ${isEu ? "provider = openai.eu" : ""}
  email = "${email}"
  role  = "reader"
}
`;

const FILES = Object.fromEntries([
  [".tfinvite.json", '{ "organizations": { "openai.eu": "OPENAI_ADMIN_KEY_EU" } }'],
  ...ROOTS.flatMap(({ directory, name, email, id, isEu }) => [
    [`${directory}/main.tf`, CONFIGURATION(name, email, isEu)],
    [
      `${directory}/terraform.tfstate`,
      stateOf([{ name, id, email, ...(isEu && { alias: "eu" }) }], `lineage-${directory}`),
    ],
  ]),
]);

function organization(isEu: boolean) {
  const own = ROOTS.filter((root) => root.isEu === isEu);
  return {
    now: () => NOW,
    invites: own.map(({ id, email, isUsed }) =>
      anInvite(id, email, SENT, isUsed ? { status: "accepted", accepted_at: SENT + 60 } : {}),
    ),
    users: own.filter(({ isUsed }) => isUsed).map(({ name, email }) => aUser(`user-${name}`, email, SENT + 60)),
  };
}

const report = z.object({
  summary: z.object({
    directories: z.array(
      z.object({ directory: z.string(), invites: z.number(), used: z.number(), worst: z.string().optional() }),
    ),
  }),
});

it("200 root modules of two organizations: one look-up for each, and a summary that names the few that need action", async () => {
  const eu = await startStandIn({ ...organization(true), key: EU_KEY });
  try {
    await inScene({ files: FILES, api: { ...organization(false), others: [eu] } }, async ({ run, api }) => {
      const env = { OPENAI_ADMIN_KEY_EU: EU_KEY };
      const { code, stdout } = await run(["check", "--recursive", "--format", "json", "--fail-on", "never"], { env });
      expect(code).toBe(0);
      const { directories } = report.parse(JSON.parse(stdout)).summary;
      expect(directories.length).toBe(200);
      const used = ROOTS.filter(({ isUsed }) => isUsed).map(({ directory }) => directory);
      expect(directories.filter((one) => one.used > 0).map(({ directory }) => directory)).toEqual(used);
      expect(directories.filter(({ worst }) => worst === "warning").map(({ directory }) => directory)).toEqual(used);
      // Pages of 100, of invites and of members.
      expect(api.requests.length).toBeLessThanOrEqual(4);
      expect(eu.requests.length).toBeLessThanOrEqual(4);
      expect(Math.min(api.requests.length, eu.requests.length)).toBeGreaterThan(0);
    });
  } finally {
    await eu.close();
  }
});
