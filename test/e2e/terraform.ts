import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Ran } from "../support/program.js";

/** Runs the real program with nothing of the machine's own but the path; a stand-in provider may answer it meanwhile. */
export function terraform(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly timeoutMs?: number },
): Promise<Ran> {
  const child = spawn("terraform", args, {
    cwd: options.cwd,
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: options.cwd,
      CHECKPOINT_DISABLE: "1",
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      TF_CLI_ARGS: "-no-color",
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs ?? 50_000,
    killSignal: "SIGKILL",
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
  child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

const attributesSchema = z.record(z.string(), z.unknown());

const changeSchema = z.looseObject({
  address: z.string(),
  mode: z.string(),
  type: z.string(),
  deposed: z.string().optional(),
  previous_address: z.string().optional(),
  change: z.looseObject({
    actions: z.array(z.string()),
    before: attributesSchema.nullable(),
    after: attributesSchema.nullable(),
    replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  }),
});

export const planSchema = z.looseObject({
  resource_changes: z.array(changeSchema).default([]),
  resource_drift: z.array(changeSchema).default([]),
});

export type PlanJson = z.infer<typeof planSchema>;

const rawStateSchema = z.looseObject({
  outputs: z.record(z.string(), z.unknown()),
  resources: z.array(
    z.looseObject({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.looseObject({
          index_key: z.union([z.string(), z.number()]).optional(),
          deposed: z.string().optional(),
          status: z.string().optional(),
          attributes: attributesSchema,
        }),
      ),
    }),
  ),
});

export type RawStateJson = z.infer<typeof rawStateSchema>;

export function parseState(text: string): RawStateJson {
  return rawStateSchema.parse(JSON.parse(text));
}

export async function readStateOf(directory: string): Promise<RawStateJson> {
  return parseState(await readFile(path.join(directory, "terraform.tfstate"), "utf8"));
}

/** What a managed object is in the state under, by address; deposed ones apart. */
export interface HeldObjects {
  readonly current: ReadonlyMap<string, HeldObject>;
  readonly deposed: ReadonlyMap<string, ReadonlyMap<string, HeldObject>>;
}

export interface HeldObject {
  readonly id: string;
  readonly email: string;
}

export function heldObjects({ resources }: RawStateJson): HeldObjects {
  const current = new Map<string, HeldObject>();
  const deposed = new Map<string, Map<string, HeldObject>>();
  for (const { module, mode, type, name, instances } of resources) {
    if (mode !== "managed") continue;
    for (const { index_key, deposed: key, attributes } of instances) {
      const index = index_key === undefined ? "" : `[${JSON.stringify(index_key)}]`;
      const address = `${module === undefined ? "" : `${module}.`}${type}.${name}${index}`;
      const held = { id: String(attributes["id"]), email: String(attributes["email"]) };
      if (key === undefined) current.set(address, held);
      else deposed.set(address, new Map([...(deposed.get(address) ?? []), [key, held]]));
    }
  }
  return { current, deposed };
}
