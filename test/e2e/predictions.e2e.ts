import { describe, it } from "vitest";
import { JIANYUAN_0_3, JIANYUAN_0_6, JIANYUAN_0_7 } from "../stand-in-provider/dialects/jianyuan.js";
import { FJCORP, MKDEV_ME_1, MKDEV_ME_2 } from "../stand-in-provider/dialects/mkdev-me.js";
import { CLOUDOPSWORKS, ISAC322 } from "../stand-in-provider/dialects/neighbours.js";
import { OPENAI } from "../stand-in-provider/dialects/openai.js";
import { playRound, playStory, replacements } from "./play.js";
import { standInProvider } from "./played-root.js";
import { FATES } from "./story.js";

const ALL = [OPENAI, MKDEV_ME_1, MKDEV_ME_2, JIANYUAN_0_3, JIANYUAN_0_6, JIANYUAN_0_7, FJCORP, CLOUDOPSWORKS, ISAC322];

describe.each(ALL.map((dialect) => ({ dialect, name: `${dialect.source} ${dialect.version}` })))(
  "$name",
  ({ dialect }) => {
    for (const refresh of [true, false]) {
      const stuck = refresh && ["0.3.4", "0.6.0"].includes(dialect.version);
      it(`refresh ${refresh}`, () =>
        playStory(
          dialect,
          standInProvider(dialect),
          stuck ? FATES.filter((f) => !f.startsWith("revoked")) : FATES,
          async (root, story) => {
            const flags = refresh ? [] : ["-refresh=false"];
            for (const [name, args] of [
              ["edited", replacements(story)],
              ["again", []],
              ["gone", ["-destroy"]],
            ] as const) {
              const round = await playRound(root, name, [...args, ...flags]);
              console.log(
                `##### ${dialect.source} ${dialect.version} refresh ${refresh} ${name}: ${round.seen.size} objects, ${round.differences.length} differences\n` +
                  round.differences.join("\n") +
                  "\n" +
                  JSON.stringify(round.errors),
              );
            }
          },
        ));
    }
  },
);
