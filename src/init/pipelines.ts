import { PUBLISHED, VERSION } from "../base/version.js";
import type { CiSystem, SurveyedRoot } from "./survey.js";

/** From a folder of its own: no node_modules and no .npmrc of the checkout has a say, since the key is there. */
const CALL = `npx --prefix "$(mktemp -d)" --yes tfinvite@${VERSION}`;
const MORE = `${PUBLISHED}docs/ci.md`;

/** A directory that can be written into a script as it is. */
const PLAIN_PLACE = /^[\w.][\w./-]*$/;

/** The root modules whose state only Terraform can read. */
export function remoteRoots(roots: readonly SurveyedRoot[]): readonly SurveyedRoot[] {
  return roots.filter(({ backend }) => backend !== undefined);
}

/** Whether a pipeline can look invites up: for a state in a backend it needs Terraform, which only GitHub's installs. */
export function looksUp(system: CiSystem, roots: readonly SurveyedRoot[]): boolean {
  return system === "github" || remoteRoots(roots).length === 0;
}

/** The agent of Azure obeys `##vso[…]` anywhere in a line, also where a file says it. */
const DISARMED = "2>&1 | sed 's/##/# #/g'";

/** The flags of `check` that find all root modules, or the one at the top. */
function check(roots: readonly SurveyedRoot[], format: string): string {
  const isOne = roots.length === 1 && roots[0]?.place === ".";
  return `${CALL} check${isOne ? "" : " --recursive"} ${format}`;
}

function terraformSteps(remote: readonly SurveyedRoot[]): string {
  const [first] = remote;
  if (first === undefined) return "";
  const setUp =
    first.tool === "tofu"
      ? ["opentofu/setup-opentofu@v1", "tofu_wrapper"]
      : ["hashicorp/setup-terraform@v4", "terraform_wrapper"];
  const calls = remote
    .filter(({ place }) => PLAIN_PLACE.test(place))
    .map(({ place }) => `          ${first.tool} -chdir=${place} init -input=false\n`);
  return `      - uses: ${setUp[0]}
        with:
          ${setUp[1]}: false
      # To read the state. Before this, give the job the credentials of the backend.
      - name: Init
        if: github.event.pull_request.head.repo.full_name == github.repository
        run: |
${calls.join("")}`;
}

/** The text of a pipeline that looks at each pull request: by `check` with the key, by `lint` without, as in forks. */
export const PIPELINES: Readonly<Record<CiSystem, (roots: readonly SurveyedRoot[]) => string>> = {
  github: (roots) => `# Made by tfinvite init. With a plan, a comment and code scanning: ${MORE}
name: tfinvite
on:
  pull_request:

permissions:
  contents: read

# One run at a time: they share OpenAI's quota.
concurrency:
  group: openai-admin-api

jobs:
  tfinvite:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v7
        with:
          persist-credentials: false
      - uses: actions/setup-node@v7
        with:
          node-version: 24
${terraformSteps(remoteRoots(roots))}      - name: Check the invites
        env:
          OPENAI_ADMIN_KEY: \${{ secrets.OPENAI_ADMIN_KEY_READ }}
        run: |
          # Pull requests from forks get no secrets: there, only the files are checked.
          if [ -n "$OPENAI_ADMIN_KEY" ]; then
            ${check(roots, "--format github")}
          else
            ${CALL} lint --format github
          fi
`,
  gitlab(roots) {
    const formats = "--format compact --format gitlab:gl-tfinvite.json";
    const clean = "      # The checkout may have a file of this name, or a link.\n      rm -rf gl-tfinvite.json\n";
    const lint = `${CALL} lint ${formats}`;
    const script = looksUp("gitlab", roots)
      ? `      # Without the key, as in merge requests from forks, only the files are checked.
      if [ -n "\${OPENAI_ADMIN_KEY:-}" ]; then
        ${check(roots, formats)}
      else
        ${lint}
      fi`
      : `      # Files only: the state is in a backend.\n      ${lint}`;
    return `# Made by tfinvite init. With a plan and a note: ${MORE}
tfinvite:
  image: node:24-slim
  # One job at a time: they share OpenAI's quota.
  resource_group: openai-admin-api
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  script:
    - |
${clean}${script}
  artifacts:
    when: always
    access: developer
    expire_in: 1 week
    reports:
      codequality: gl-tfinvite.json
`;
  },
  azure(roots) {
    const lint = `${CALL} lint --format pretty`;
    const step = looksUp("azure", roots)
      ? `      set -o pipefail
      # Azure leaves the name of a variable that is not set as it is. Without the key, only the files are checked.
      case "$OPENAI_ADMIN_KEY" in
        "" | '$('*) ${lint} ;;
        *) ${check(roots, "--format pretty")} ;;
      esac ${DISARMED}
    displayName: Check the invites
    env:
      OPENAI_ADMIN_KEY: $(openaiAdminKeyRead)`
      : `      set -o pipefail
      # Files only: the state is in a backend.
      ${lint} ${DISARMED}
    displayName: Check the invites`;
    return `# Made by tfinvite init. With a plan: ${MORE}
trigger: none
pr:
  branches:
    include: ["*"]

pool:
  vmImage: ubuntu-latest

steps:
  - checkout: self
    persistCredentials: false
  - task: UseNode@1
    inputs:
      version: "24.x"
  - bash: |
${step}
`;
  },
};
