import net from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { tfinvite, transcript } from "../support/program.js";
import { inScene, type Scene } from "../support/recording.js";

const TRANSCRIPTS = path.join(import.meta.dirname, "transcripts");
const PORT = /127\.0\.0\.1:\d+/g;

/** One failing look-up as the user sees it; it may not contain any part of a key, not even the end that OpenAI shows. */
async function failing(
  name: string,
  scene: Scene,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const ran = await scene.run(args, { env });
  const keys = [env["OPENAI_ADMIN_KEY"] ?? scene.api.key, env["OPENAI_API_KEY"] ?? ""].filter((key) => key !== "");
  for (const stream of [ran.stdout, ran.stderr]) {
    for (const key of keys) expect(stream).not.toContain(key.slice(-4));
    expect(stream).not.toMatch(/\bsk-/);
  }
  const text = transcript(args, ran)
    .replaceAll(PORT, "127.0.0.1:PORT")
    .replace(/only \d+ s of/g, "only N s of");
  await expect(text).toMatchFileSnapshot(`${TRANSCRIPTS}/look-up-${name}.txt`);
  return ran;
}

const STORY = { recording: "openai-openai-1.1.0" };

describe("a look-up that fails leaves statuses unknown, says why, and exits 3", () => {
  it("without a key", () =>
    inScene(STORY, (scene) => failing("no-key", scene, ["check"], { OPENAI_ADMIN_KEY: "" }).then(() => undefined)));

  it("without a key, where an ordinary one is set", () =>
    inScene(STORY, async (scene) => {
      await failing("ordinary-key", scene, ["status"], {
        OPENAI_ADMIN_KEY: "",
        OPENAI_API_KEY: "sk-proj-ordinary-7Qx9Zk2W",
      });
    }));

  it("with a key that is refused", () =>
    inScene(STORY, async (scene) => {
      await failing("refused-key", scene, ["status"], { OPENAI_ADMIN_KEY: "sk-admin-of-somebody-else-4Vt8Jm3R" });
    }));

  it("with a key that lacks a scope", () =>
    inScene(STORY, async (scene) => {
      scene.api.next("any", { do: "missing-scope", scope: "api.management.read" }, 99);
      await failing("missing-scope", scene, ["status"]);
    }));

  it("with a base URL that leads to a web page", () =>
    inScene(STORY, async (scene) => {
      scene.api.next("any", { do: "page" }, 99);
      await failing("html", scene, ["status"]);
    }));

  it("with a base URL without /v1", () =>
    inScene(STORY, async (scene) => {
      await failing("no-v1", scene, ["status"], { OPENAI_BASE_URL: scene.api.url.replace("/v1", "") });
    }));

  it("with a base URL that is not a URL", () =>
    inScene(STORY, async (scene) => {
      await failing("no-url", scene, ["status"], { OPENAI_BASE_URL: "api.openai.com" });
    }));

  it("when no server listens", () =>
    inScene(STORY, async (scene) => {
      const server = net.createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => server.once("listening", resolve));
      const address = server.address();
      await new Promise((resolve) => server.close(resolve));
      const port = typeof address === "object" && address !== null ? address.port : 1;
      await failing("nobody-listens", scene, ["status"], { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` });
    }));

  it("when the deadline is shorter than the wait that the API asks for", () =>
    inScene(STORY, async (scene) => {
      scene.api.next("any", { do: "too-many", headers: { "retry-after": "120" } }, 99);
      await failing("deadline", scene, ["status", "--deadline", "30s"]);
    }));

  it("and repair prints no command then", () =>
    inScene(STORY, async (scene) => {
      const ran = await failing("repair-no-key", scene, ["repair"], { OPENAI_ADMIN_KEY: "" });
      expect(ran).toMatchObject({ stdout: "", code: 3 });
    }));

  it("but error findings come first: exit 1, not 3", () =>
    inScene(STORY, async (scene) => {
      const ran = await scene.run(["check", "--rule", "project-scoped-invite=error"], {
        env: { OPENAI_ADMIN_KEY: "" },
      });
      expect(ran.code).toBe(1);
    }));
});

describe("stopping", () => {
  it("ends at once on Ctrl-C, also during a wait that the API asks for", () =>
    inScene(STORY, async ({ api, directory }) => {
      api.next("any", { do: "too-many", headers: { "retry-after": "60" } }, 99);
      const ran = await tfinvite(["status"], {
        cwd: directory,
        env: { OPENAI_ADMIN_KEY: api.key, OPENAI_BASE_URL: api.url },
        onStart: (child) => {
          const asked = setInterval(() => {
            if (api.requests.length === 0) return;
            clearInterval(asked);
            setTimeout(() => child.kill("SIGINT"), 300);
          }, 20);
        },
      });
      expect(ran).toEqual({ code: 130, stdout: "", stderr: "" });
    }));
});
