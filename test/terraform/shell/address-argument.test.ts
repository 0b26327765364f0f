import { describe, expect, it } from "vitest";
import type { Address, InstanceKey } from "../../../src/terraform/addresses/address.js";
import { addressArgument, whyUnaddressable } from "../../../src/terraform/shell/address-argument.js";
import type { Shell } from "../../../src/terraform/shell/shell-quoting.js";

function invite(key: InstanceKey, squad: InstanceKey = "core infra"): Address {
  return { module: [{ name: "squads", key: squad }], mode: "managed", type: "openai_invite", name: "member", key };
}

describe("addressArgument", () => {
  it.each<[Shell, string]>([
    ["bash", 'module.squads["core infra"].openai_invite.member["50%!"]'],
    ["zsh", 'module.squads["core infra"].openai_invite.member["50%!"]'],
    ["fish", 'module.squads["core infra"].openai_invite.member["50%!"]'],
    ["pwsh", 'module.squads["core infra"].openai_invite.member["50%!"]'],
    ["powershell", 'module.squads["core\\u0020infra"].openai_invite.member["50%!"]'],
    ["cmd", 'module.squads["core infra"].openai_invite.member["50\\u0025\\u0021"]'],
  ])("spells an address for %s", (shell, text) => {
    expect(addressArgument(invite("50%!"), shell)).toBe(text);
  });

  it("does not need a second spelling for a template marker", () => {
    expect(addressArgument(invite("%{x}", 0), "cmd")).toBe('module.squads[0].openai_invite.member["\\u0025{x}"]');
  });
});

describe("whyUnaddressable", () => {
  it.each<[InstanceKey, InstanceKey]>([
    ["café", "x"],
    [0, 1],
    [undefined, undefined],
  ])("finds nothing wrong with %j in %j", (key, squad) => {
    expect(whyUnaddressable(invite(key, squad))).toBeUndefined();
  });

  it.each<[InstanceKey, InstanceKey, string]>([
    ["cafe\u0301", 0, "would normalize the key"],
    [0, "cafe\u0301", "would normalize the key"],
    [-1, 0, "the index -1"],
    [1.5, 0, "the index 1.5"],
  ])("says what is wrong with %j in %j", (key, squad, why) => {
    expect(whyUnaddressable(invite(key, squad))).toContain(why);
  });
});
