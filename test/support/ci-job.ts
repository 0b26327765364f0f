import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { BIN, bash, FIXED_CLOCK, type Ran, ROOT } from "./program.js";
import { inScene, RECORDINGS, type Scene } from "./recording.js";

export const RECORDING = "openai-openai-1.1.0";
/** A plan whose apply fails, and one that at worst sends an invitation. */
export const BAD = "plan-role-change.json";
export const GOOD = "plan-after-acceptance.json";

export interface Job extends Scene {
  /** A folder of programs that comes first on the PATH. */
  readonly programs: string;
  /** The folder of the job's temporary files. */
  readonly temporary: string;
  runScript(script: string, env?: Readonly<Record<string, string>>): Promise<Ran>;
  /** The calls of Terraform, in order. */
  asked(): string[];
  /** What npm had to install, and the keys that it could see. */
  installed(): string[];
}

/**
 * A checkout of the recorded root module in a CI job. Its npm and npx give the built program; its Terraform prints a
 * recorded plan.
 */
export async function inJob(plan: string, play: (job: Job) => Promise<void>): Promise<void> {
  await inScene({ recording: RECORDING, plan }, async (scene) => {
    const { directory, api } = scene;
    const programs = path.join(directory, ".bin");
    const temporary = path.join(directory, ".tmp");
    for (const folder of [programs, temporary]) mkdirSync(folder);
    const log = (name: string) => path.join(directory, `${name}.log`);
    const ours = `exec '${process.execPath}' --import '${FIXED_CLOCK}' '${BIN}' "$@"`;
    program(programs, "tfinvite", ours);
    program(programs, "npx", `[ "$1" = --yes ] && echo "$2" >> '${log("npm")}'\nshift 2\n${ours}`);
    program(
      programs,
      "npm",
      `{ printf '%s\\n' "\${@: -1}"; env | grep '^OPENAI_ADMIN_KEY' || true; } >> '${log("npm")}'
[ "$1" = install ] && [[ " $* " == *" --ignore-scripts "* ]] && [[ "$PWD" == '${temporary}/'* ]]
mkdir node_modules && ln -s '${ROOT}' node_modules/tfinvite`,
    );
    program(
      programs,
      "terraform",
      `echo "$1" >> '${log("terraform")}'
case "$1" in
  plan) for word in "$@"; do case "$word" in -out=*) printf 'PK\\003\\004' > "\${word#-out=}" ;; esac; done ;;
  show) cat '${path.join(RECORDINGS, RECORDING, plan)}' ;;
esac`,
    );
    const usual = {
      NODE_OPTIONS: `--import=${FIXED_CLOCK}`,
      OPENAI_ADMIN_KEY: api.key,
      OPENAI_BASE_URL: api.url,
      RUNNER_TEMP: temporary,
      TMPDIR: temporary,
    };
    const lines = (name: string) => readFileSync(log(name), "utf8").trim().split("\n");
    await play({
      ...scene,
      programs,
      temporary,
      runScript: (script, env = {}) => bash(script, { cwd: directory, programs, env: { ...usual, ...env } }),
      asked: () => lines("terraform"),
      installed: () => lines("npm"),
    });
  });
}

/** Puts a program made of shell code into a folder. */
export function program(folder: string, name: string, script: string): void {
  writeFileSync(path.join(folder, name), `#!/usr/bin/env bash\nset -eu\n${script}\n`);
  chmodSync(path.join(folder, name), 0o755);
}

/** Answers requests on loopback while a function runs. */
export async function withServer(
  answer: (request: IncomingMessage, body: string, response: ServerResponse) => void,
  play: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => {
      body += piece.toString();
    });
    request.on("end", () => answer(request, body, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  try {
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    await play(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
