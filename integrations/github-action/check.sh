#!/usr/bin/env bash
# The first step of action.yml: installs tfinvite, runs it once, and writes its reports, the step summary and the outputs.
# Inputs arrive as environment variables, so nothing in them is run as code.
set -euo pipefail

output() { echo "$1=$2" >>"$GITHUB_OUTPUT"; }

fail() {
  echo "::error title=tfinvite::$1"
  output exit-code 2
  exit 2
}

case "$WITHOUT_KEY" in
  lint | offline | fail) ;;
  *) fail "without-key must be one of lint, offline, fail." ;;
esac
case "$REDACT" in
  true | false) ;;
  *) fail "redact must be true or false." ;;
esac
command -v npm >/dev/null || fail "npm was not found. Add actions/setup-node before this step."

has_key=false
for name in "${!OPENAI_ADMIN_KEY@}"; do [ -z "${!name}" ] || has_key=true; done

arguments=(check)
if [ "$has_key" = false ]; then
  case "$WITHOUT_KEY" in
    lint) arguments=(lint) ;;
    offline) arguments=(check --offline) ;;
    fail) fail "OPENAI_ADMIN_KEY is not set for this step. Set it under env, or choose without-key: lint." ;;
  esac
  echo "OPENAI_ADMIN_KEY is not set, so this runs: tfinvite ${arguments[*]}"
fi
if [ -n "$PLAN" ] && [ "${arguments[0]}" = check ]; then arguments+=("--plan=$PLAN"); fi
if [ "$REDACT" = true ]; then arguments+=(--redact); fi

# A version, or the file of a packed one.
case "$VERSION" in
  /* | [A-Za-z]:*) package="$VERSION" ;;
  *.tgz) package="$PWD/$VERSION" ;;
  *) package="tfinvite@$VERSION" ;;
esac

# In a folder of its own, where no .npmrc and no node_modules of the checkout counts; npm does not get the key.
work="$(mktemp -d "$RUNNER_TEMP/tfinvite.XXXXXX")"
(
  unset "${!OPENAI_ADMIN_KEY@}"
  cd "$work" && npm install --loglevel=error --no-audit --no-fund --ignore-scripts --prefix "$work" -- "$package"
) || fail "tfinvite could not be installed. npm gives the reason above."

# The runner takes "##[name]" anywhere in a line as a command, so nothing from a file may print it.
code=0
node "$work/node_modules/tfinvite/bin/tfinvite.js" "${arguments[@]}" "--fail-on=$FAIL_ON" "--format=$FORMAT" \
  "--format=json:$work/report.json" "--format=markdown:$work/report.md" "--format=sarif:$work/report.sarif" \
  -- "$DIRECTORY" 2>&1 | sed 's/##\[/# #[/g' || code="${PIPESTATUS[0]}"
output exit-code "$code"

# An unknown status fails the job only where a key was there to look it up with.
if [ "$code" = 3 ] && [ "$has_key" = false ]; then output verdict 0; else output verdict "$code"; fi

if [ -s "$work/report.json" ]; then
  # Without statuses, nothing is known about used invites.
  [ "$code" = 2 ] || node -e '
    const { mode, invites = [], findings } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const used = mode === "static" ? "" : invites.filter((invite) => invite.used).length;
    console.log(`findings=${findings.length}\nused=${used}`);
  ' "$work/report.json" >>"$GITHUB_OUTPUT"
  output report "$work/report.json"
  output sarif "$work/report.sarif"
  output markdown "$work/report.md"
  cat "$work/report.md" >>"$GITHUB_STEP_SUMMARY"
fi
