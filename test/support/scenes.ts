import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { StandInInvite, StandInUser } from "../stand-in/server.js";
import { ROOT } from "./program.js";
import { inScene, type Scene } from "./recording.js";

const SCENES = path.join(ROOT, "fixtures/scenes");

/** What the API of a hand-made scene lists. */
const API = "api.json";

/**
 * Plays where a document says that it is: `RECORDING`, `RECORDING/plan-….json`, or `scenes/NAME` for a root module of
 * `fixtures/scenes/` with the API beside it.
 */
export function inNamedScene(
  name: string,
  play: (scene: Scene) => Promise<void>,
  { inRepository = true } = {},
): Promise<void> {
  const [folder = "", file] = name.split("/");
  const git: Record<string, string> = inRepository ? { ".git/HEAD": "" } : {};
  if (folder !== "scenes")
    return inScene({ recording: folder, files: git, ...(file !== undefined && { plan: file }) }, play);
  const scene = path.join(SCENES, file ?? "");
  const read = (entry: string) => readFileSync(path.join(scene, entry), "utf8");
  const files = readdirSync(scene).filter((entry) => entry !== API);
  // Our own file, in the shape of the API's objects.
  const api: { invites: StandInInvite[]; users: StandInUser[] } = JSON.parse(read(API));
  return inScene({ files: { ...Object.fromEntries(files.map((entry) => [entry, read(entry)])), ...git }, api }, play);
}
