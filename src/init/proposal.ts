import { schemaAddress } from "../base/version.js";
import type { FileChanges } from "../report/diff.js";
import { withHook } from "./hook.js";
import { NPM_SCRIPT, withNpmScript } from "./npm-script.js";
import { PIPELINES } from "./pipelines.js";
import type { CiSystem, Survey } from "./survey.js";

/** A file that would be written, and what it is for. */
interface ProposedFile {
  /** From the top of the repository. */
  readonly name: string;
  readonly purpose: string;
  readonly isPipeline?: true;
  readonly before?: string;
  readonly after: string;
}

/** What `init` would do. */
export interface Proposal {
  readonly files: readonly ProposedFile[];
  /** Files that have tfinvite in them already. */
  readonly present: readonly string[];
  /** Changes that are left to people, each a sentence. */
  readonly byHand: readonly string[];
}

const SETTINGS = ".tfinvite.json";
const HOOKS = ".pre-commit-config.yaml";
const PACKAGE = "package.json";

const SETTINGS_TEXT = `${JSON.stringify({ $schema: schemaAddress("settings-v1"), failOn: "error" }, null, 2)}\n`;

/** A call of ours, or a use of what we publish; a comment or a name is neither. */
const CALL =
  /\btfinvite(?:@[\w.-]+)?\s+(?:check|lint|status|repair)\b|\b(?:uses|component|template|local):\s*\S*tfinvite|\bid:\s*tfinvite-/;

const mentions = (text: string | undefined) => text !== undefined && CALL.test(text.replace(/(?:^|\s)#.*$/gm, ""));

/** The files that a repository lacks. What is there is kept: only a list is added to, and never a file replaced. */
export function propose(survey: Survey, ci: CiSystem | undefined): Proposal {
  const parts = [
    settings(survey),
    ...(ci === undefined ? [] : [pipeline(survey, ci)]),
    hook(survey),
    npmScript(survey),
  ];
  return {
    files: parts.flatMap(({ files = [] }) => files),
    present: parts.flatMap(({ present = [] }) => present),
    byHand: parts.flatMap(({ byHand = [] }) => byHand),
  };
}

function settings({ read }: Survey): Partial<Proposal> {
  if (read(SETTINGS) !== undefined) return { present: [SETTINGS] };
  return {
    files: [{ name: SETTINGS, purpose: "settings, which editors complete by its schema", after: SETTINGS_TEXT }],
  };
}

function pipeline(survey: Survey, ci: CiSystem): Partial<Proposal> {
  const { name, elsewhere, byHand = [] } = pipelinePlace(survey, ci);
  const there = [name, ...elsewhere].find((file) =>
    file === name ? survey.read(file) !== undefined : mentions(survey.read(file)),
  );
  if (there !== undefined) return { present: [there], ...(there === name && { byHand }) };
  const after = PIPELINES[ci](survey.roots);
  return { files: [{ name, purpose: "checks each pull request", isPipeline: true, after }], byHand };
}

/** Where a pipeline goes, where it may be already, and what makes it run there. */
function pipelinePlace(
  { read, list }: Survey,
  ci: CiSystem,
): { readonly name: string; readonly elsewhere: readonly string[]; readonly byHand?: readonly string[] } {
  switch (ci) {
    case "github": {
      const folder = ".github/workflows";
      const workflows = list(folder).filter((file) => /\.ya?ml$/.test(file));
      return { name: `${folder}/tfinvite.yml`, elsewhere: workflows.map((file) => `${folder}/${file}`) };
    }
    case "gitlab": {
      const main = ".gitlab-ci.yml";
      const text = read(main);
      // The start of our own.
      if (text === undefined || /^# Made by tfinvite init/.test(text)) return { name: main, elsewhere: [] };
      const name = ".gitlab/tfinvite.yml";
      const isIncluded = text.includes(name);
      const byHand = isIncluded ? [] : [`Add to the include list of ${main}: - local: ${name}`];
      return { name, elsewhere: isIncluded ? [] : [main], byHand };
    }
    case "azure":
      return {
        name: "azure-pipelines-tfinvite.yml",
        elsewhere: list(".").filter((file) => /^azure-pipelines.*\.ya?ml$/.test(file)),
        byHand: ["Create a pipeline from azure-pipelines-tfinvite.yml in Azure DevOps."],
      };
  }
}

function hook({ read }: Survey): Partial<Proposal> {
  const before = read(HOOKS);
  if (before === undefined) return {};
  if (mentions(before)) return { present: [HOOKS] };
  const after = withHook(before);
  if (after === undefined)
    return { byHand: [`Add the hook to ${HOOKS}: its list of repositories is written in a way that init can't edit.`] };
  return { files: [{ name: HOOKS, purpose: "lints before each commit", before, after }] };
}

function npmScript({ read }: Survey): Partial<Proposal> {
  const before = read(PACKAGE);
  if (before === undefined) return {};
  const after = withNpmScript(before);
  if (after === undefined) return mentions(before) ? { present: [PACKAGE] } : {};
  return { files: [{ name: PACKAGE, purpose: `npm run ${NPM_SCRIPT}`, before, after }] };
}

/** For a diff. */
export function changesIn({ files }: Proposal): FileChanges {
  return new Map(
    files.map(({ name, before, after }) => [name, { ...(before !== undefined && { before }), after, own: true }]),
  );
}
