#!/usr/bin/env bash
# A job that drives a run of HCP Terraform, and checks its plan before the apply. Start it in the root module.
#
# HCP Terraform makes the plan and the apply, with the key in the workspace's variables; OPENAI_ADMIN_KEY here is the one
# that reads, and TF_TOKEN_app_terraform_io a token with admin access to the workspace, which reading the JSON of a plan
# takes. The workspace must not be connected to version control, nor apply by itself. Needs Terraform 1.6 or later.
set -euo pipefail
umask 077
plans="$(mktemp -d)"
trap 'rm -rf "$plans"' EXIT

terraform init -input=false
terraform plan -input=false -out="$plans/tfplan"          # a run that waits; the file only names it
terraform show -json "$plans/tfplan" >"$plans/plan.json" # fetches the plan
npx --yes tfinvite@0.1.0 check --plan "$plans/plan.json" --format pretty --deadline 10m
terraform apply -input=false "$plans/tfplan"              # confirms that run
