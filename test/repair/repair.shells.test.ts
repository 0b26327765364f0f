import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { formatModulePath, type ModuleStep } from "../../src/terraform/addresses/address.js";
import { anInvite, aUser, type StandInInvite, type StandInUser } from "../stand-in/server.js";
import { NOW } from "../support/program.js";
import { inScene } from "../support/recording.js";
import { onPath, pipeInto } from "../support/shells.js";

/** The status of an invite at the stand-in: those that repair must remove, and those that it must keep. */
type Truth = "accepted" | "joined" | "departed" | "pending" | "expired" | "missing";
const USED: ReadonlySet<Truth> = new Set(["accepted", "joined", "departed"]);

type Invite = readonly [key: string | number | undefined, truth: Truth];

const AWKWARD_INVITES: readonly Invite[] = [
  ["o'neil@example.com", "accepted"],
  ["\"quoted\" & 'quoted'", "joined"],
  ["C:\\temp\\new", "accepted"],
  ["$HOME", "departed"],
  ["$(touch pwned)`touch pwned`", "accepted"],
  ["${x} $${y}", "accepted"],
  ["%{if} %%{z} %PATH%", "accepted"],
  ["  two  blanks ", "accepted"],
  ["first\nsecond\r\n^first^third", "accepted"],
  ["ключ 日本語 👩\u200d👧", "accepted"],
  ["!! !x ~ * ? # ; | < >", "joined"],
  ['"].openai_invite.evil["', "accepted"],
  ["", "accepted"],
  ["-dry-run", "accepted"],
  // Just as awkward, but these stay.
  ["o'neal@example.com", "pending"],
  ["$HOM", "pending"],
  ["${y}", "expired"],
  ["C:\\temp", "missing"],
  ["ключ", "pending"],
  ['"]["', "pending"],
];

/** Each module has the same keys with different statuses, so a command for the wrong module is noticed. */
const MODULES: readonly (readonly ModuleStep[])[] = [
  [],
  [{ name: "squads", key: 'it\'s "${x}" \\ $HOME `id` %{y}\n日本語!' }],
  [
    { name: "outer", key: 0 },
    { name: "inner", key: '"].module.evil["x' },
  ],
];

const OTHER = { schema_version: 0, sensitive_attributes: [] };

/** A state with awkward invites and other resources, and an API with the status of each invite. */
function awkwardWorld(): { state: string; used: ReadonlySet<string>; invites: StandInInvite[]; users: StandInUser[] } {
  const now = NOW / 1000;
  const used = new Set<string>();
  const invites: StandInInvite[] = [];
  const users: StandInUser[] = [];
  let last = 0;
  const instance = ([key, truth]: Invite) => {
    last += 1;
    const id = `invite-${last}`;
    const email = `person${last}@example.com`;
    const sent = anInvite(id, email, now - 3600);
    const { created_at, expires_at, role } = sent;
    if (truth === "expired") sent.status = "expired";
    if (truth === "accepted" || truth === "departed")
      Object.assign(sent, { status: "accepted", accepted_at: now - 60 });
    if (truth !== "missing") invites.push(sent);
    if (truth === "accepted" || truth === "joined") users.push(aUser(`user-${last}`, email, now - 60));
    if (USED.has(truth)) used.add(id);
    const attributes = { id, invite_id: id, email, role, projects: [], status: "pending", created_at, expires_at };
    return { ...(key !== undefined && { index_key: key }), ...OTHER, attributes };
  };
  const resources = MODULES.flatMap((steps, at) => {
    const place = steps.length === 0 ? {} : { module: formatModulePath(steps) };
    const invite = {
      ...place,
      mode: "managed",
      type: "openai_invite",
      provider: 'provider["registry.terraform.io/openai/openai"]',
    };
    const truths = AWKWARD_INVITES.map(([, truth]) => truth);
    const team = AWKWARD_INVITES.map(([key], of): Invite => [key, truths[(of + at) % truths.length] ?? "pending"]);
    return [
      { ...invite, name: "team", instances: team.map(instance) },
      // No instance of this resource stays.
      { ...invite, name: "alone", instances: [instance([undefined, "accepted"])] },
      { ...invite, name: "list", instances: [instance([0, "pending"]), instance([1, "accepted"])] },
      {
        ...place,
        mode: "managed",
        type: "terraform_data",
        name: "team",
        provider: 'provider["terraform.io/builtin/terraform"]',
        instances: AWKWARD_INVITES.map(([key]) => ({
          index_key: key,
          ...OTHER,
          attributes: { id: `data-${key}`, input: null, output: null, triggers_replace: null },
        })),
      },
    ];
  });
  const state = {
    version: 4,
    terraform_version: "1.11.4",
    serial: 41,
    lineage: "5c6f7f9e-3f1f-4f0e-9d5e-2f0c7f1f5b11",
    outputs: { greeting: { value: "${x} \"quoted\" 'quoted' <&>", type: "string" } },
    resources,
    check_results: null,
  };
  return { state: JSON.stringify(state), used, invites, users };
}

const stateSchema = z.looseObject({
  serial: z.number(),
  resources: z.array(
    z.looseObject({ instances: z.array(z.looseObject({ attributes: z.looseObject({ id: z.string() }) })) }),
  ),
});

/** The contents of a state, without the order of its resources and instances, which has no meaning. */
function contentsOf(text: string) {
  const { serial, resources, ...beside } = stateSchema.parse(JSON.parse(text));
  const instances = resources.flatMap(({ instances: own, ...resource }) =>
    own.map((instance) => ({ id: instance.attributes.id, resource, instance })),
  );
  return { serial, beside, instances };
}

/** The same for every order of resources and instances. */
function sorted(instances: ReturnType<typeof contentsOf>["instances"]): string[] {
  return instances.map((one) => JSON.stringify(deepSorted(one))).sort();
}

function deepSorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepSorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, deepSorted(part)]));
}

/** Unsets the machine's settings of Terraform, except for the source of its providers. */
const CLEAN: NodeJS.ProcessEnv = {
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => name.startsWith("TF_") && name !== "TF_CLI_CONFIG_FILE")
      .map((name) => [name, undefined]),
  ),
  CHECKPOINT_DISABLE: "1",
};

const terraform = onPath("terraform");

describe.skipIf(terraform === undefined)(
  "tfinvite repair, piped into a shell with the real terraform (needs terraform on the PATH)",
  () => {
    describe.each<[string, readonly [string, ...string[]], string]>([
      ["bash", ["bash", "--norc", "--noprofile"], "bash"],
      ["zsh", ["zsh", "-f"], "zsh"],
      ["fish", ["fish", "--no-config"], "fish"],
      ["dash", ["dash"], "bash"],
    ])("%s", (name, argv, shell) => {
      it.skipIf(onPath(name) === undefined)(
        `removes exactly the used invites, for any keys (needs ${name} on the PATH)`,
        () => {
          const { state, used, invites, users } = awkwardWorld();
          return inScene({ files: { "terraform.tfstate": state }, api: { invites, users } }, async (scene) => {
            const ran = await scene.run(["repair", "--shell", shell]);
            expect(ran.stderr).toContain(`${used.size} used invites to remove from the state`);
            expect(ran.code).toBe(0);

            const folder = path.join(scene.directory, "copy");
            const file = path.join(folder, "terraform.tfstate");
            mkdirSync(folder);
            writeFileSync(file, state);
            const piped = pipeInto(argv, ran.stdout, { cwd: folder, env: CLEAN });
            expect(piped.stdout).toContain(`Successfully removed ${used.size} resource instance(s).`);
            expect(piped.status).toBe(0);

            const before = contentsOf(state);
            const after = contentsOf(readFileSync(file, "utf8"));
            const gone = before.instances.filter(({ id }) => !after.instances.some((one) => one.id === id));
            expect(new Set(gone.map(({ id }) => id))).toEqual(used);
            expect(sorted(after.instances)).toEqual(sorted(before.instances.filter(({ id }) => !used.has(id))));
            expect({ ...after.beside, terraform_version: "any" }).toEqual({
              ...before.beside,
              terraform_version: "any",
            });
            expect(after.serial).toBe(before.serial + 1);
            // The shell ran no key as a command.
            expect(readdirSync(folder).filter((one) => !one.startsWith("terraform.tfstate"))).toEqual([]);
          });
        },
      );
    });
  },
);
