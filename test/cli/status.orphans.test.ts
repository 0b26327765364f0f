import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../src/report/json-schema.js";
import { anInvite, type StandInInvite } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene, RECORDINGS, type SceneOptions } from "../support/recording.js";

const SENT = NOW / 1000 - 3 * 86_400;
const DAY = 86_400;

const versions = (source: string, version: string) =>
  `terraform {\n  required_providers {\n    openai = {\n      source  = "${source}"\n      version = "${version}"\n    }\n  }\n}\n`;
const lock = (source: string, version: string) =>
  `provider "registry.terraform.io/${source}" {\n  version = "${version}"\n}\n`;
const LEE = 'resource "openai_invite" "lee" {\n  email = "lee@example.com"\n  role  = "reader"\n}\n';

/** A state that has these invites, by name and id. */
function stateOf(source: string, invites: Readonly<Record<string, string>>): string {
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "00000000-0000-4000-8000-000000000000",
    outputs: {},
    resources: Object.entries(invites).map(([name, id]) => ({
      mode: "managed",
      type: "openai_invite",
      name,
      provider: `provider["registry.terraform.io/${source}"]`,
      instances: [
        { schema_version: 0, attributes: { id, invite_id: id, email: `${name}@example.com`, role: "reader" } },
      ],
    })),
    check_results: null,
  });
}

/** Not after whole days, which would be one less as soon as a run takes a second. */
const expiring = (id: string, email: string, more: Partial<StandInInvite> = {}) =>
  anInvite(id, email, SENT, { expires_at: NOW / 1000 + 4 * DAY - 3600, ...more });

/** One root module that manages lee's invite, and an API with more invites. */
function scene(more: SceneOptions = {}, source = "openai/openai", version = "1.1.0"): SceneOptions {
  return {
    ...more,
    files: {
      "versions.tf": versions(source, version),
      ".terraform.lock.hcl": lock(source, version),
      "main.tf": LEE,
      "terraform.tfstate": stateOf(source, { lee: "invite-lee" }),
      ...more.files,
    },
    api: {
      invites: [
        expiring("invite-lee", "lee@example.com"),
        expiring("invite-nia", "nia@example.com"),
        expiring("invite-old", "old@example.com", { status: "accepted", accepted_at: SENT + 10 }),
        anInvite("invite-late", "late@example.com", SENT, { expires_at: SENT + 10 }),
        expiring("invite-gone", "gone@example.com", { status: "expired" }),
      ],
      users: [],
      ...more.api,
    },
  };
}

const FLAGS = ["status", "--orphans", "--shell", "bash"];

async function orphansIn(options: SceneOptions, flags: readonly string[] = []) {
  let found:
    | { code: number | null; orphans: NonNullable<ReturnType<typeof reportSchema.parse>["orphans"]> }
    | undefined;
  await inScene(options, async ({ run }) => {
    const { code, stdout } = await run([...FLAGS, "--format", "json", ...flags]);
    const { orphans } = reportSchema.parse(JSON.parse(stdout));
    if (orphans !== undefined) found = { code, orphans };
  });
  if (found === undefined) throw new Error("no orphans in the report");
  return found;
}

describe("tfinvite status --orphans", () => {
  it("lists the pending invites that are in no state, with the block and the import, but not used and expired ones", () =>
    inScene(scene(), async ({ run }) => {
      const { code, stdout } = await run(FLAGS);
      expect([code, stdout]).toEqual([0, expect.anything()]);
      await expect(stdout).toMatchFileSnapshot(path.join(import.meta.dirname, "transcripts/status-orphans.txt"));
    }));

  it("prints the same in Markdown, and escapes text from outside", () =>
    inScene(
      scene({
        api: { invites: [expiring("invite-lee", "lee@example.com"), expiring("invite-x", "a|`b`@example.com")] },
      }),
      async ({ run }) => {
        const { code, stdout } = await run([...FLAGS, "--format", "markdown"]);
        expect(code).toBe(0);
        await expect(stdout).toMatchFileSnapshot(
          path.join(import.meta.dirname, "transcripts/status-orphans-markdown.txt"),
        );
      },
    ));

  it("says how many invites were listed where there is no orphan", () =>
    inScene(scene({ api: { invites: [expiring("invite-lee", "lee@example.com")] } }), async ({ run }) => {
      const { code, stdout } = await run(FLAGS);
      expect(code).toBe(0);
      expect(stdout).toContain("no pending invite at OpenAI is outside of the state that was read (1 invite listed)");
    }));

  it("finds the orphans of a rate-limited destroy, and the lines that already declare them", async () => {
    const folder = path.join(RECORDINGS, "throttled-destroy-mkdev-me-2.2.7");
    const read = (file: string) => readFileSync(path.join(folder, file), "utf8");
    // Our own recording, in the format of the API's lists.
    const { data }: { data: StandInInvite[] } = JSON.parse(read("api-invites-after-destroy.json"));
    const open = data.filter(({ status, expires_at }) => status === "pending" && Number(expires_at) > NOW / 1000);
    const { code, orphans } = await orphansIn({
      files: {
        "invites.tf": read("config/invites.tf"),
        "versions.tf": read("config/versions.tf"),
        ".terraform.lock.hcl": read("config/.terraform.lock.hcl"),
        "terraform.tfstate": read("state-after-destroy.tfstate"),
      },
      api: { invites: data, users: [] },
    });
    expect(code).toBe(0);
    expect(orphans).toMatchObject({ complete: true, states: 1 });
    expect(orphans.invites.map(({ id }) => id).sort()).toEqual(open.map(({ id }) => id).sort());
    expect(orphans.invites.length).toBe(5);
    for (const { block, command, id } of orphans.invites) {
      expect(block).toBeUndefined();
      expect(command?.text).toMatch(new RegExp(`^terraform import '.*' '${id}'$`));
    }
  });

  it.each([
    ["openai/openai", "1.1.0", '  projects = [{ id = "proj_a", role = "member" }]\n'],
    ["mkdev-me/openai", "2.2.7", '\n  projects {\n    id   = "proj_a"\n    role = "member"\n  }\n'],
    ["jianyuan/openai", "0.7.0", undefined],
  ])("writes projects as %s %s has them", async (source, version, projects) => {
    const { orphans } = await orphansIn(
      scene(
        {
          api: {
            invites: [
              expiring("invite-nia", "nia@example.com", { projects: [{ id: "proj_a", role: "member" }] }),
              expiring("invite-lee", "lee@example.com"),
            ],
          },
        },
        source,
        version,
      ),
    );
    const [nia] = orphans.invites;
    expect(nia?.address).toBe("openai_invite.nia");
    if (projects === undefined) expect(nia?.block).not.toContain("projects");
    else expect(nia?.block).toContain(projects);
  });

  it("chooses names that are unused in configuration and state, and quotes text from outside", async () => {
    const { orphans } = await orphansIn(
      scene({
        files: { "terraform.tfstate": stateOf("openai/openai", { lee: "invite-lee", nia: "invite-other" }) },
        api: {
          invites: [
            expiring("invite-lee2", "Lee@example.org"),
            expiring("invite-nia", "nia@example.com"),
            expiring("invite-1", '1${"x"}@example.com'),
          ],
        },
      }),
    );
    expect(orphans.invites.map(({ address }) => address)).toEqual([
      "openai_invite.lee_2",
      "openai_invite.nia_2",
      "openai_invite.invite_1_x",
    ]);
    expect(orphans.invites[2]?.block).toContain('email = "1$${\\"x\\"}@example.com"');
  });

  it("applies --only, and with --redact shows no email address, nor a name made from one", () =>
    inScene(
      scene({ api: { invites: [expiring("invite-nia", "nia@example.com"), expiring("invite-mo", "mo@example.org")] } }),
      async ({ run }) => {
        const only = await run([...FLAGS, "--only", "*@example.org"]);
        expect(only.stdout).toContain("mo@example.org");
        expect(only.stdout).not.toContain("nia");
        expect((await run([...FLAGS, "--only", "*@example.net"])).code).toBe(2);
        const { stdout } = await run([...FLAGS, "--redact"]);
        expect(stdout).toContain("terraform import 'openai_invite.orphan' 'invite-nia'");
        expect(stdout).not.toMatch(/nia@|"nia"/);
      },
    ));

  it("does not list an invite that an import block will import", async () => {
    const block = 'import {\n  to = openai_invite.lee\n  id = "invite-lee"\n}\n';
    const files = { "main.tf": LEE + block, "terraform.tfstate": stateOf("openai/openai", {}) };
    const { orphans } = await orphansIn(scene({ files }));
    expect(orphans.invites.map(({ id }) => id)).toEqual(["invite-nia"]);
  });

  it("reads the states of all root modules with --recursive", async () => {
    const { orphans } = await orphansIn(
      scene({
        files: {
          "hr/versions.tf": versions("openai/openai", "1.1.0"),
          "hr/main.tf": LEE.replaceAll("lee", "nia"),
          "hr/terraform.tfstate": stateOf("openai/openai", { nia: "invite-nia" }),
        },
      }),
      [".", "hr"],
    );
    expect([orphans.states, orphans.invites]).toEqual([2, []]);
  });

  it("sends requests also where there is no invite in configuration and state", async () => {
    const files = { "main.tf": "", "terraform.tfstate": stateOf("openai/openai", {}) };
    const { code, orphans } = await orphansIn(scene({ files }));
    expect(code).toBe(0);
    expect(orphans.invites.map(({ id }) => id)).toEqual(["invite-lee", "invite-nia"]);
  });

  it("exits 3 without a key, and where the list can't be read, with what is known", async () => {
    await inScene(scene(), async ({ run }) => {
      const { code, stderr, stdout } = await run(FLAGS, { env: { OPENAI_ADMIN_KEY: "" } });
      expect(code).toBe(3);
      expect(stderr).toContain("OPENAI_ADMIN_KEY is not set");
      expect(stdout).toContain("not all could be listed");
    });
    await inScene(scene(), async ({ api, run }) => {
      // The results of single requests stay known; the list does not.
      api.next("invites", { do: "page" }, 5);
      const { code, stderr, stdout } = await run(FLAGS);
      expect([code, stderr]).toEqual([
        3,
        expect.stringContaining("the invites of an organization could not all be listed"),
      ]);
      expect(stdout).toContain("1 invite: 1 pending");
      expect(stdout).toContain("not all could be listed: there may be more");
    });
  });

  it("can't work offline", () =>
    inScene(scene(), async ({ run }) => {
      const { code, stderr } = await run([...FLAGS, "--offline"]);
      expect([code, stderr]).toEqual([2, expect.stringContaining("--orphans can't work with --offline")]);
    }));
});
