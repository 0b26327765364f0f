import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseProviderAddress, parseProviderSource } from "../../../src/terraform/addresses/provider-address.js";

describe("parseProviderAddress", () => {
  it.each([
    ['provider["registry.terraform.io/openai/openai"]', { source: "registry.terraform.io/openai/openai" }],
    ['provider["registry.terraform.io/openai/openai"].eu', { alias: "eu" }],
    ['module.m.provider["registry.terraform.io/openai/openai"]', { modulePath: "module.m" }],
    [
      'module.a.module.b.provider["x.org/n/t"].eu-1',
      { modulePath: "module.a.module.b", alias: "eu-1", hostname: "x.org" },
    ],
    ['provider["x.org/n/t"].by["a\\"]b.provider[c"]', { alias: "by", key: 'a"]b.provider[c' }],
    ['provider["x.org/n/t"].by[0]', { alias: "by", key: 0 }],
    ['provider["x.org/n/t"].by["0"]', { alias: "by", key: "0" }],
    ['provider["X.org/N/T"]', { source: "x.org/n/t" }],
    ["provider.openai", { namespace: "-", type: "openai" }],
    ["module.m.provider.openai.eu", { namespace: "-", type: "openai", alias: "eu", modulePath: "module.m" }],
  ])("reads %s", (text, expected) => {
    expect(parseProviderAddress(text)).toMatchObject(expected);
  });

  it.each([
    "",
    "provider",
    "provider[]",
    'provider["a/b/c/d"]',
    'provider["a b/c"]',
    'provider["a/b"].',
    'provider["a/b"].x[',
    'provider["a/b"].x[]',
    'provider["a/b"].x[0][1]',
    'module.provider["a/b"]',
    'nonsense.provider["a/b"]',
    'provider["a/b"] ',
  ])("refuses %j", (text) => {
    expect(parseProviderAddress(text)).toBeUndefined();
  });

  it("never throws", () => {
    const almost = fc.string({
      unit: fc.constantFrom('provider["', '"]', "module.", "a/b", ".", "x", "[", "]", '"', "\\"),
      maxLength: 8,
    });
    fc.assert(fc.property(fc.oneof(fc.string(), almost), (text) => void parseProviderAddress(text)));
  });
});

describe("parseProviderSource", () => {
  it.each([
    ["openai", "registry.terraform.io/hashicorp/openai"],
    ["openai/openai", "registry.terraform.io/openai/openai"],
    ["localhost:8080/Acme/openai", "localhost:8080/acme/openai"],
  ])("reads %s as %s", (text, source) => {
    expect(parseProviderSource(text)?.source).toBe(source);
  });

  it.each(["", "/", "a//b", "a/b/c/d", "-/x/y/z", "a/b/c\n"])("refuses %j", (text) => {
    expect(parseProviderSource(text)).toBeUndefined();
  });
});
