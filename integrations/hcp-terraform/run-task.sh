#!/usr/bin/env bash
# What a web service of yours runs for each call of a run task (post-plan or pre-apply) of HCP Terraform, after it has
# checked the request's signature. The request's body is in payload.json; OPENAI_ADMIN_KEY is the key that reads.
#
# Only the plan is judged, without the configuration: findings have no lines, and some say "may" instead of "will" where
# the plan leaves the provider's version open. A run waits ten minutes at most, so keep the deadline well below that.
set -euo pipefail
umask 077
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

payload="$PWD/payload.json"
cd "$work"

get() { node -p 'JSON.parse(fs.readFileSync(process.argv[1], "utf8"))[process.argv[2]]' "$payload" "$1"; }
# Headers from a file: arguments can be seen in the list of processes.
printf 'Authorization: Bearer %s\n' "$(get access_token)" >header

code=0
curl --fail --silent --show-error --location --header @header "$(get plan_json_api_url)" |
  npx --yes tfinvite@0.1.0 check --plan - --format compact:findings.txt --deadline 5m || code=$?

node -e '
  const [code] = process.argv.slice(1);
  const words = ["nothing found", "this plan will fail on invites", "the check failed", "not every invite could be looked up"];
  const found = fs.existsSync("findings.txt") ? fs.readFileSync("findings.txt", "utf8").split("\n") : [];
  const errors = found.filter((line) => line.includes(": error: "));
  const message = [words[code] ?? words[2], ...errors].join("\n").slice(0, 1000);
  const attributes = { status: code === "0" ? "passed" : "failed", message };
  console.log(JSON.stringify({ data: { type: "task-results", attributes } }));
' "$code" >answer.json
curl --fail --silent --show-error --request PATCH --header @header \
  --header "Content-Type: application/vnd.api+json" --data @answer.json "$(get task_result_callback_url)"
