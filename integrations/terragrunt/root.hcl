# For the root.hcl that your units include. Each plan is written to the unit's working directory, where the hook reads it.
# All units, one after another, since they share OpenAI's quota: terragrunt run --all --parallelism 1 -- plan
# Keep invites.tfplan out of git: a plan has secrets in clear.
terraform {
  extra_arguments "invites_plan" {
    commands  = ["plan"]
    arguments = ["-out=invites.tfplan"]
  }

  # A finding fails the unit. Add "--terraform-bin", "tofu" for OpenTofu.
  after_hook "tfinvite" {
    commands = ["plan"]
    execute  = ["npx", "--yes", "tfinvite@0.1.0", "check", "--plan", "invites.tfplan", "--deadline", "10m"]
  }
}
