import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import type { StandInInvite } from "../stand-in/server.js";
import { RECORDINGS } from "./recording.js";

const moduleSchema = z.object({
  resources: z
    .array(
      z.object({
        mode: z.string(),
        type: z.string(),
        values: z.looseObject({
          id: z.string(),
          email: z.string(),
          role: z.string(),
          status: z.string(),
          created_at: z.number(),
          expires_at: z.number(),
        }),
      }),
    )
    .default([]),
  get child_modules() {
    return z.array(moduleSchema).default([]);
  },
});
type Module = z.infer<typeof moduleSchema>;

/** The invites as OpenAI had them when the plan was made: its refresh had just asked. */
export function invitesOfPlan(recording: string, plan: string): StandInInvite[] {
  const document: unknown = JSON.parse(readFileSync(path.join(RECORDINGS, recording, plan), "utf8"));
  const { prior_state } = z
    .object({ prior_state: z.object({ values: z.object({ root_module: moduleSchema }) }) })
    .parse(document);
  const all = ({ resources, child_modules }: Module): Module["resources"] => [
    ...resources,
    ...child_modules.flatMap(all),
  ];
  return all(prior_state.values.root_module)
    .filter(({ mode }) => mode === "managed")
    .map(({ values: { id, email, role, status, created_at, expires_at } }) => ({
      object: "organization.invite",
      id,
      email,
      role,
      status,
      created_at,
      expires_at,
      accepted_at: status === "accepted" ? created_at : null,
      projects: [],
    }));
}
