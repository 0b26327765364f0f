/** One invite for a hand-made state. */
export interface StateInvite {
  readonly name: string;
  readonly id: string;
  readonly email: string;
  readonly status?: string;
  readonly key?: string | number;
  readonly module?: string;
  readonly alias?: string;
  readonly deposed?: string;
}

/** A raw state that holds these invites of openai/openai, as Terraform writes it. */
export function stateOf(invites: readonly StateInvite[], lineage = "5f0c1a52-0000-4000-8000-000000000001"): string {
  const resources = new Map<string, object[]>();
  for (const { name, id, email, status = "pending", key, module, alias, deposed } of invites) {
    const resource = JSON.stringify({
      ...(module !== undefined && { module }),
      mode: "managed",
      type: "openai_invite",
      name,
      provider: `provider["registry.terraform.io/openai/openai"]${alias === undefined ? "" : `.${alias}`}`,
    });
    const instance = {
      ...(key !== undefined && { index_key: key }),
      ...(deposed !== undefined && { deposed }),
      schema_version: 0,
      attributes: { id, invite_id: id, email, role: "reader", status, projects: [] },
      sensitive_attributes: [],
    };
    resources.set(resource, [...(resources.get(resource) ?? []), instance]);
  }
  return JSON.stringify({
    version: 4,
    terraform_version: "1.11.4",
    serial: 3,
    lineage,
    outputs: {},
    resources: [...resources].map(([resource, instances]) => ({ ...JSON.parse(resource), instances })),
    check_results: null,
  });
}
