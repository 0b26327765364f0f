import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

export interface TreeSize {
  /** The total number of configuration files; at least 20. */
  readonly files: number;
  /** The number of root modules with an invite of their own; every tenth of them also calls a shared module with invites. */
  readonly mentioning: number;
}

const REGIONS = ["eu-west-1", "us-east-1", "ap-south-1"];

/**
 * Writes a repository in a common layout: root modules by team and region, local modules that many of them share, and
 * resources of other providers in nearly every file. The same sizes always give the same tree. Returns the number of
 * configuration files.
 */
export function writeTree(directory: string, { files, mentioning }: TreeSize): number {
  let written = 0;
  const write = (name: string, text: string) => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (name.endsWith(".tf")) written += 1;
  };
  write(".gitignore", ".terraform/\n*.tfstate\n*.tfstate.*\n/build/\n*_override.tf\n");
  write("modules/squad/main.tf", SQUAD);
  write("modules/squad/variables.tf", variables(["team", "role"]));
  const modules = Math.max(1, Math.floor((files - 2) / 100));
  for (let index = 0; index < modules && written + 3 <= files; index += 1) {
    const name = `modules/network-${index}`;
    write(`${name}/main.tf`, resources(index, 6));
    write(`${name}/variables.tf`, variables(["name", "cidr", "tags"]));
    write(`${name}/outputs.tf`, 'output "id" {\n  value = aws_vpc.main_0.id\n}\n');
  }
  for (let root = 0; written < files; root += 1) {
    const name = `teams/team-${Math.floor(root / 30)}/service-${Math.floor(root / 3) % 10}/${REGIONS[root % 3]}`;
    const calls = `module "network" {\n  source = "../../../../modules/network-${root % modules}"\n  name   = "team-${root}"\n  cidr   = "10.${root % 250}.0.0/16"\n  tags   = local.tags\n}\n`;
    const invites = root < mentioning ? invite(root) : "";
    const squad = root < mentioning && root % 10 === 0 ? SQUAD_CALL : "";
    const contents: readonly (readonly [string, string])[] = [
      ["main.tf", `${calls}${squad}\n${resources(root, 4)}`],
      ["people.tf", `${invites}${resources(root + 7, 2)}`],
      ["variables.tf", variables(["name", "team", "region", "tags"])],
      ["versions.tf", versions(root < mentioning)],
      ["locals.tf", `locals {\n  tags = {\n    team = "team-${root}"\n    cost = "${root * 17}"\n  }\n}\n`],
    ];
    for (const [file, text] of contents) if (written < files) write(`${name}/${file}`, text);
  }
  return written;
}

function resources(seed: number, count: number): string {
  return Array.from(
    { length: count },
    (_, index) => `resource "aws_vpc" "main_${index}" {
  cidr_block           = "10.${(seed + index) % 250}.0.0/16" # from the address plan
  enable_dns_hostnames = true

  tags = merge(var.tags, {
    Name = "vpc-${seed}-${index}"
  })

  lifecycle {
    ignore_changes = [tags["LastSeen"]]
  }
}

resource "aws_iam_policy" "policy_${index}" {
  name   = "policy-${seed}-${index}"
  policy = <<-JSON
    {
      "Version": "2012-10-17",
      "Statement": [{ "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::bucket-${seed}/*" }]
    }
  JSON
}
`,
  ).join("\n");
}

function variables(names: readonly string[]): string {
  return names
    .map((name) => `variable "${name}" {\n  description = "The ${name} of this service."\n  default     = null\n}\n`)
    .join("\n");
}

function versions(withInvites: boolean): string {
  const openai = withInvites
    ? '    openai = {\n      source  = "openai/openai"\n      version = "~> 1.1"\n    }\n'
    : "";
  return `terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
${openai}  }

  backend "s3" {}
}
`;
}

function invite(root: number): string {
  return `resource "openai_invite" "lead" {
  email = "lead-${root}@example.com"
  role  = "owner"
}

resource "openai_invite" "member" {
  for_each = toset(["a${root}@example.com", "b${root}@example.com"])

  email = each.value
  role  = "reader"
}

`;
}

const SQUAD_CALL = `
module "squad" {
  source = "../../../../modules/squad"
  team   = ["kim@example.com", "lee@example.com"]
  role   = "reader"
}
`;

const SQUAD = `resource "openai_invite" "member" {
  for_each = toset(var.team)

  email = each.value
  role  = var.role
}
`;

export interface SharedTreeSize {
  readonly roots: number;
  /** The number of modules that each root module calls. */
  readonly shared: number;
  /** The number of invites in each of these modules. */
  readonly invites: number;
}

/**
 * Writes root modules that all call the same modules with invites: their findings are reported once, and counted for
 * each root module.
 */
export function writeSharedTree(directory: string, { roots, shared, invites }: SharedTreeSize): void {
  const write = (name: string, text: string) => {
    const file = path.join(directory, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const calls = Array.from({ length: shared }, (_, index) => index);
  for (const index of calls) {
    const blocks = Array.from(
      { length: invites },
      (_, invited) =>
        `resource "openai_invite" "member_${invited}" {\n  email = "m${invited}-${index}@\${var.domain}"\n  role  = "reader"\n}\n`,
    );
    write(`modules/squad-${index}/main.tf`, blocks.join("\n"));
    write(`modules/squad-${index}/variables.tf`, variables(["domain"]));
    write(`modules/squad-${index}/versions.tf`, versions(true));
  }
  for (let root = 0; root < roots; root += 1) {
    const text = calls.map(
      (index) =>
        `module "squad_${index}" {\n  source = "../../modules/squad-${index}"\n  domain = "r${root}.example.com"\n}\n`,
    );
    write(`live/root-${root}/main.tf`, text.join("\n"));
    write(`live/root-${root}/versions.tf`, versions(true));
  }
}
