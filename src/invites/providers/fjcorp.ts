import { defineProvider } from "./profile.js";

const EVIDENCE = "https://github.com/mkdev-me/terraform-provider-openai/pull/1";

/** A forerunner of mkdev-me/openai, known from pre-releases only. */
export const fjcorp = defineProvider({
  name: "openai",
  invite: "openai_invite",
  dialects: [
    {
      id: "fjcorp",
      namespaces: ["fjcorp"],
      versions: "*",
      projects: "block",
      addsProjectsItself: true,
      foldedEmail: "unknown",
      omittedProjects: "unknown",
      unaskedProject: "unknown",
      destroyAccepted: "fails",
      destroyAcceptedUnless: "already accepted",
      deleteMissing: "fails",
      readMissing: "drops",
      readRefused: "drops",
      createForMember: "adopts",
      createSent: "succeeds",
      messages: {},
      evidence: EVIDENCE,
    },
  ],
  inviteSchema: [
    {
      arguments: ["email", "role", "api_key"],
      blocks: ["projects"],
      computed: ["id", "invite_id", "user_id", "status", "created_at", "expires_at"],
      evidence: EVIDENCE,
    },
  ],
  schemas: {
    "projects of openai_invite": [{ arguments: ["id", "role"], renamed: { project_id: "id" }, evidence: EVIDENCE }],
  },
  otherTypes: [],
  keyArguments: ["api_key"],
  syntheticIds: "existing-user-",
});
