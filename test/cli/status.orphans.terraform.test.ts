import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { reportSchema } from "../../src/report/json-schema.js";
import { twoInvites, writeFiles } from "../e2e/play.js";
import { type PlayedRoot, standInProvider } from "../e2e/played-root.js";
import { JIANYUAN_0_7 } from "../stand-in-provider/dialects/jianyuan.js";
import { MKDEV_ME_2 } from "../stand-in-provider/dialects/mkdev-me.js";
import { CLOUDOPSWORKS } from "../stand-in-provider/dialects/neighbours.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";

const DIALECTS = { openai: OPENAI, "mkdev-me": MKDEV_ME_2, jianyuan: JIANYUAN_0_7, cloudopsworks: CLOUDOPSWORKS };

/** Removes Ben's invite from the state without deleting it; returns its address. */
async function loseBen(root: PlayedRoot): Promise<string> {
  const { stdout } = await root.done("state", "list");
  const address = stdout.split("\n").find((line) => line.endsWith(".ben")) ?? "";
  await root.done("state", "rm", address);
  return address;
}

async function onlyOrphan(root: PlayedRoot) {
  const ran = await root.run(["status", "--orphans", "--format", "json", "--shell", "bash"]);
  const [orphan, ...others] = reportSchema.parse(JSON.parse(ran.stdout)).orphans?.invites ?? [];
  expect([ran.code, orphan?.email, others]).toEqual([0, "ben@example.com", []]);
  return orphan;
}

async function nothingLeftToPlan(root: PlayedRoot): Promise<void> {
  const { resource_changes } = await root.plan("next");
  expect(resource_changes.map(({ change }) => change.actions.join())).toEqual(["no-op", "no-op"]);
}

describe.each(Object.entries(DIALECTS))(
  "what status --orphans prints, with the real Terraform and %s",
  (_, dialect) => {
    const play = (title: string, story: (root: PlayedRoot) => Promise<void>) =>
      it.skipIf(NO_TERRAFORM !== undefined)(needsTerraform(title), () =>
        twoInvites(dialect, standInProvider(dialect), story),
      );

    play("takes an invite back to the block that is still there", async (root) => {
      const address = await loseBen(root);
      const orphan = await onlyOrphan(root);
      expect([orphan?.address, orphan?.block]).toEqual([address, undefined]);
      await root.done(...(orphan?.command?.argv.slice(1) ?? []));
      await nothingLeftToPlan(root);
    });

    play("takes an invite back to the block that it prints", async (root) => {
      const address = await loseBen(root);
      const text = await readFile(path.join(root.directory, "invites.tf"), "utf8");
      await writeFiles(root, { "invites.tf": text.slice(0, text.lastIndexOf("resource ")) });
      const orphan = await onlyOrphan(root);
      expect(orphan?.address).toBe(address);
      await writeFiles(root, { "ben.tf": `${orphan?.block}\n` });
      await root.done("fmt", "-check", "ben.tf");
      await root.done(...(orphan?.command?.argv.slice(1) ?? []));
      await nothingLeftToPlan(root);
    });
  },
);
