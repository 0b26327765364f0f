import type { StandInOptions } from "../stand-in/server.js";
import type { StandInDialect } from "../stand-in-provider/dialect.js";
import { serveProvider } from "../stand-in-provider/serve.js";
import type { Ran } from "../support/program.js";
import { inScene, type Scene } from "../support/recording.js";
import { type PlanJson, planSchema, terraform } from "./terraform.js";

/** A root module that the real Terraform works on, with a stand-in Admin API behind the provider. */
export interface PlayedRoot extends Scene {
  /** Runs Terraform there, with any result. */
  terraform(...args: readonly string[]): Promise<Ran>;
  /** Runs it, and throws with all that it said where it fails. */
  done(...args: readonly string[]): Promise<Ran>;
  /** Makes a plan, saves it as `FILE` and returns it. */
  plan(file: string, ...args: readonly string[]): Promise<PlanJson>;
}

/** Where a provider comes from: the environment for Terraform, and how to stop the provider. */
export interface ProviderSource {
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export interface PlayOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly api?: StandInOptions;
  /** Starts the provider; without it, the stand-in of `dialect`. */
  readonly provider?: (api: { readonly url: string; readonly key: string }) => Promise<ProviderSource>;
}

export function standInProvider(dialect: StandInDialect) {
  return async (api: { readonly url: string; readonly key: string }): Promise<ProviderSource> => {
    const { reattach, close } = await serveProvider(dialect, { url: api.url, key: api.key });
    return { env: { TF_REATTACH_PROVIDERS: reattach }, close };
  };
}

export async function playWith(
  provider: NonNullable<PlayOptions["provider"]>,
  options: PlayOptions,
  play: (root: PlayedRoot) => Promise<void>,
): Promise<void> {
  const { files = {}, api = {} } = options;
  await inScene({ state: null, files, api }, async (scene) => {
    const source = await provider(scene.api);
    try {
      const run = (...args: readonly string[]) => terraform(args, { cwd: scene.directory, env: source.env });
      const done = async (...args: readonly string[]): Promise<Ran> => {
        const ran = await run(...args);
        if (ran.code === 0) return ran;
        throw new Error(`terraform ${args.join(" ")}: exit ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
      };
      await play({
        ...scene,
        terraform: run,
        done,
        plan: async (file, ...args) => {
          await done("plan", `-out=${file}`, ...args);
          return planSchema.parse(JSON.parse((await done("show", "-json", file)).stdout));
        },
        // A plan that is no JSON is read through Terraform, which then asks the provider for its schema.
        run: (args, more = {}) => scene.run(args, { ...more, env: { ...source.env, ...more.env } }),
      });
    } finally {
      await source.close();
    }
  });
}
