import { expect, it } from "vitest";
import { maskOpenAiKeys, maskWholeKeys, withoutSecrets } from "../../src/base/secrets.js";

it("keys of OpenAI become dots of the same length", () => {
  expect(maskOpenAiKeys('key = "sk-admin-0123456789" # sk-short')).toBe('key = "sk-••••••••••••••••" # sk-short');
});

it("what another program says is shown without the environment's secrets", () => {
  const env = { AWS_SECRET_ACCESS_KEY: "abcdefgh12", PATH: "/usr/local/bin", SHORT_TOKEN: "no" };
  expect(withoutSecrets("no: abcdefgh12 in /usr/local/bin, sk-admin-0123456789", env)).toBe(
    "no: [secret removed] in /usr/local/bin, sk-••••••••••••••••",
  );
});

it("complete keys are masked even when names with the same beginning are not", () => {
  const [address, key] = ["module.sk-platform-team.openai_invite.a", `sk-proj-${"a1".repeat(10)}`];
  expect(maskWholeKeys(`${address} ${key}`)).toBe(`${address} sk-${"•".repeat(25)}`);
});

it("values of Terraform's variables and passwords of proxies are such secrets, with any quoting", () => {
  const env = { TF_VAR_db: 'p"ss/w0rd$&', HTTPS_PROXY: "http://user:proxy-pass@127.0.0.1:9", TF_VAR_on: "true" };
  expect(withoutSecrets('p"ss/w0rd$& p\\"ss/w0rd$& p%22ss%2Fw0rd%24%26 proxy-pass true', env)).toBe(
    "[secret removed] [secret removed] [secret removed] [secret removed] true",
  );
});
