import { describe, it } from "vitest";
import { MKDEV_ME_2 } from "../stand-in-provider/dialects/mkdev-me.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { NO_TERRAFORM, needsTerraform } from "../terraform/configuration/real-terraform.js";
import { expectForeseen } from "./play.js";
import { standInProvider } from "./played-root.js";

// The short form of what `npm run test:e2e` does for every dialect and everything that can become of an invite.
describe("what check says about a plan is what Terraform then does", () => {
  for (const dialect of [OPENAI, MKDEV_ME_2]) {
    it.skipIf(NO_TERRAFORM !== undefined)(
      needsTerraform(`with ${dialect.source} ${dialect.version}, of accepted invites and pending ones`),
      () => expectForeseen(dialect, standInProvider(dialect), ["accepted", "pending"], []),
    );
  }
});
