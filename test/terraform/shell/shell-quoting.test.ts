// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Terraform's template markers
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressArgument } from "../../../src/terraform/shell/address-argument.js";
import {
  defaultShell,
  quoteCommand,
  quoteCommands,
  quoteIfNeeded,
  quoteWord,
  SHELLS,
  type Shell,
  ShellQuotingError,
} from "../../../src/terraform/shell/shell-quoting.js";
import { anyAddress, awkwardText } from "../../support/address-arbitraries.js";
import {
  cmdCommandLine,
  powershellArguments,
  splitCommandLine,
  windowsPowerShellArguments,
} from "../../support/windows.js";

const INVITE = 'openai_invite.team["kim@example.com"]';
const SQUAD = 'module.squads["core infra"].openai_invite.member["o\'neil@example.com"]';

describe("quoteWord", () => {
  it.each<[Shell, string, string]>([
    ["bash", "openai_invite.alice", "'openai_invite.alice'"],
    ["bash", INVITE, `'${INVITE}'`],
    ["bash", "it's $HOME `x` !y \\", "'it'\\''s $HOME `x` !y '\\\\''"],
    ["bash", "", "''"],
    ["bash", 't["##[a"] ##vso[', `'t["#''#[a"] #''#vso['`],
    ["zsh", "=ls '", "'=ls '\\'''"],
    ["fish", "openai_invite.alice", "'openai_invite.alice'"],
    ["fish", 't["it\'s\\n"]', "'t[\"it'\\''s'\\\\'n\"]'"],
    ["pwsh", INVITE, `'${INVITE}'`],
    ["pwsh", SQUAD, `'module.squads["core infra"].openai_invite.member["o''neil@example.com"]'`],
    ["pwsh", "a‘b’c‚d‛e'f", "'a‘‘b’’c‚‚d‛‛e''f'"],
    ["powershell", "openai_invite.alice", "'openai_invite.alice'"],
    ["powershell", 't["a"]', `'t[\\"a\\"]'`],
    ["powershell", `t["it's\\n‘x’"]`, `'t[\\"it''s\\n‘‘x’’\\"]'`],
    ["powershell", 't["a\\"b\\\\"]', `'t[\\"a\\\\\\"b\\\\\\\\\\"]'`],
    ["powershell", "C:\\My Files", "'C:\\My Files'"],
    ["powershell", "C:\\My Files\\", `'"C:\\My Files\\\\"'`],
    ["powershell", "C:\\Files\\", "'C:\\Files\\'"],
    ["powershell", 'a b"c"', `'a b\\"c\\"'`],
    ["powershell", 'a "b c"', `'a \\"b c\\"'`],
    ["powershell", "", `'""'`],
    ["cmd", "openai_invite.alice", "openai_invite.alice"],
    ["cmd", 't["a"]', 't[\\"a\\"]'],
    ["cmd", SQUAD, `"module.squads[\\"core infra\\"].openai_invite.member[\\"o'neil@example.com\\"]"`],
    ["cmd", 't["a&b"]', 't[\\^"a^&b\\^"]'],
    ["cmd", 't["a & b"]', '^"t[\\^"a ^& b\\^"]^"'],
    ["cmd", "a|b<c>d(e)f^g!h", "a^|b^<c^>d^(e^)f^^g^!h"],
    ["cmd", '3" of snow', '^"3\\^" of snow^"'],
    ["cmd", "100%", '^"100%^"'],
    ["cmd", "%PATH:~0,1%", '^"%^PATH:~0,1%^"'],
    ["cmd", "C:\\My Files\\", '"C:\\My Files\\\\"'],
    ["cmd", "", '""'],
  ])("%s: %j", (shell, word, quoted) => {
    expect(quoteWord(word, shell)).toBe(quoted);
  });

  it.each<[Shell, string, string]>(
    [
      ...SHELLS.map((shell): [Shell, string, string] => [shell, "a\0b", "NUL"]),
      ...SHELLS.map((shell): [Shell, string, string] => [shell, "a\ud800", "surrogate"]),
      ["powershell", "a\nb", "line break"],
      ["pwsh", "a\rb", "line break"],
      ["cmd", "a\nb", "line break"],
      ["cmd", "a\u001ab", "Ctrl-Z"],
      ["powershell", SQUAD, "Windows PowerShell 5.1 would split it"],
      ["powershell", 'a b"c\\', "Windows PowerShell 5.1 would split it"].map(String) as [Shell, string, string],
    ].slice(0, -1) as [Shell, string, string][],
  )("%s refuses %j", (shell, word, why) => {
    expect(() => quoteWord(word, shell)).toThrow(ShellQuotingError);
    expect(() => quoteWord(word, shell)).toThrow(why);
  });
});

/** Words that a Windows shell can be given: one line, no NUL, no Ctrl-Z. */
const oneLine = awkwardText.map((text) => text.replaceAll(/[\0\r\n]/g, "").replaceAll("\u001a", ""));

function quotedOrRefused(words: readonly string[], shell: Shell): string | undefined {
  try {
    return quoteCommand(["terraform", "state", "rm", ...words], shell);
  } catch (error) {
    if (error instanceof ShellQuotingError) return undefined;
    throw error;
  }
}

describe("what arrives at the program, by the shells' rules", () => {
  it("is the words, from cmd, for any variables", () => {
    fc.assert(
      fc.property(fc.array(oneLine, { maxLength: 6 }), (words) => {
        const line = quoteCommand(["terraform", ...words], "cmd");
        expect(splitCommandLine(cmdCommandLine(line))).toEqual(words);
      }),
      { numRuns: 5_000 },
    );
  });

  it("is the words, from PowerShell 7.3 and later", () => {
    fc.assert(
      fc.property(fc.array(oneLine, { maxLength: 6 }), (words) => {
        expect(powershellArguments(quoteCommand(["terraform", ...words], "pwsh"))).toEqual(words);
      }),
      { numRuns: 3_000 },
    );
  });

  it("is the words, from every PowerShell, or the word is refused", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(oneLine, { maxLength: 3 }), (words) => {
        const line = quotedOrRefused(words, "powershell");
        if (line === undefined) {
          refused += 1;
          return;
        }
        expect(windowsPowerShellArguments(line)).toEqual(["state", "rm", ...words]);
        expect(powershellArguments(line)).toEqual(["state", "rm", ...words]);
      }),
      { numRuns: 5_000 },
    );
    expect(refused).toBeLessThan(2_500);
  });

  it("is a spelling of the address, which is never refused", () => {
    fc.assert(
      fc.property(fc.array(anyAddress, { maxLength: 5 }), (addresses) => {
        for (const shell of SHELLS) {
          const words = addresses.map((address) => addressArgument(address, shell));
          const [line = "terraform", ...more] = quoteCommands(["terraform"], words, shell);
          expect(more).toEqual([]);
          if (shell === "cmd") {
            expect(line).not.toMatch(/[%!]/);
            expect(splitCommandLine(cmdCommandLine(line))).toEqual(words);
          } else if (shell === "powershell" || shell === "pwsh") {
            expect(powershellArguments(line)).toEqual(words);
            if (shell === "powershell") expect(windowsPowerShellArguments(line)).toEqual(words);
          }
        }
      }),
      { numRuns: 1_500 },
    );
  });
});

describe("the models of Windows", () => {
  it("show what the plain forms do wrong", () => {
    expect(splitCommandLine('x "a b" c\\"d "e\\\\" ""')).toEqual(["a b", 'c"d', "e\\", ""]);
    expect(splitCommandLine(cmdCommandLine('x t["a"]'))).toEqual(["t[a]"]);
    expect(splitCommandLine(cmdCommandLine("x ^%PATH:~0,1^%"))).toEqual(["EXPANDED"]);
    expect(() => cmdCommandLine("x a&b")).toThrow("cmd would act on &");
    expect(windowsPowerShellArguments(`x 't["a"]'`)).toEqual(["t[a]"]);
    expect(powershellArguments(`x 't["a"]'`)).toEqual(['t["a"]']);
    expect(powershellArguments(`x 't[\\"a\\"]'`)).toEqual(['t[\\"a\\"]']);
    // Windows PowerShell splits what later versions pass whole, and the other way round at the end.
    expect(windowsPowerShellArguments(`x 't[\\"a b\\"]'`)).toEqual(['t["a', 'b"]']);
    expect(windowsPowerShellArguments("x 'a b\\'")).toEqual(['a b"']);
  });
});

describe("quoteIfNeeded", () => {
  it.each(SHELLS)("leaves plain words bare in %s", (shell) => {
    for (const word of [
      "terraform",
      "state",
      "rm",
      "-chdir=infra/a",
      "-lock=false",
      "-lock-timeout=10s",
      "infra/a.b",
    ]) {
      expect(quoteIfNeeded(word, shell)).toBe(word);
    }
  });

  it.each<[Shell, string, string]>([
    ["bash", "--", "--"],
    ["bash", "=ls", "'=ls'"],
    ["zsh", "a==b", "'a==b'"],
    ["bash", "~/infra", "'~/infra'"],
    ["fish", "-chdir=my dir", "'-chdir=my dir'"],
    ["bash", "-chdir=~/a", "'-chdir=~/a'"],
    ["bash", "naïve", "'naïve'"],
    ["bash", "a\n", "'a\n'"],
    // PowerShell would make two words of this one, at the dot.
    ["powershell", "-chdir=infra.a", "'-chdir=infra.a'"],
    ["pwsh", "-state=a.tfstate", "'-state=a.tfstate'"],
    ["pwsh", "--", "'--'"],
    ["pwsh", "1kb", "'1kb'"],
    ["pwsh", "a,b", "'a,b'"],
    ["cmd", "-chdir=my dir", '"-chdir=my dir"'],
  ])("%s: %j", (shell, word, quoted) => {
    expect(quoteIfNeeded(word, shell)).toBe(quoted);
  });
});

describe("quoteCommand", () => {
  const argv = ["terraform", "-chdir=infra/a", "state", "rm", INVITE];

  it.each<[Shell, string]>([
    ["bash", `terraform -chdir=infra/a state rm '${INVITE}'`],
    ["zsh", `terraform -chdir=infra/a state rm '${INVITE}'`],
    ["fish", `terraform -chdir=infra/a state rm '${INVITE}'`],
    ["pwsh", `terraform -chdir=infra/a state rm '${INVITE}'`],
    [
      "powershell",
      "& { $PSNativeCommandArgumentPassing = 'Legacy'; " +
        `terraform -chdir=infra/a state rm 'openai_invite.team[\\"kim@example.com\\"]' }`,
    ],
    ["cmd", 'terraform -chdir=infra/a state rm openai_invite.team[\\"kim@example.com\\"]'],
  ])("writes a line for %s", (shell, line) => {
    expect(quoteCommand(argv, shell)).toBe(line);
  });

  it("does not set PowerShell's mode when both modes give the same", () => {
    expect(quoteCommands(["terraform", "state", "rm"], ["openai_invite.alice"], "powershell")).toEqual([
      "terraform state rm 'openai_invite.alice'",
    ]);
  });

  it.each<[Shell, string, string]>([
    ["bash", "/opt/my tools/tofu", "'/opt/my tools/tofu' version"],
    ["bash", "time", "'time' version"],
    ["bash", "A=1", "'A=1' version"],
    ["fish", "and", "'and' version"],
    ["pwsh", "C:\\Program Files\\terraform.exe", "& 'C:\\Program Files\\terraform.exe' version"],
    ["powershell", "C:\\Program Files\\terraform.exe", "& 'C:\\Program Files\\terraform.exe' version"],
    ["powershell", ".\\terraform.exe", ".\\terraform.exe version"],
    ["powershell", "7z", "& '7z' version"],
    ["cmd", "C:\\Program Files\\terraform.exe", '"C:\\Program Files\\terraform.exe" version'],
    ["cmd", "bin/terraform", '"bin/terraform" version'],
  ])("%s: runs the program %j", (shell, program, line) => {
    expect(quoteCommand([program, "version"], shell)).toBe(line);
  });

  it("refuses an empty command, and a program that cannot be written for cmd", () => {
    expect(() => quoteCommand([], "bash")).toThrow(ShellQuotingError);
    expect(() => quoteCommand([""], "bash")).toThrow(ShellQuotingError);
    expect(() => quoteCommand(["100%.exe"], "cmd")).toThrow("percent sign");
  });
});

describe("quoteCommands", () => {
  const prefix = ["terraform", "state", "rm"];

  it("makes no command for no words", () => {
    expect(quoteCommands(prefix, [], "bash")).toEqual([]);
  });

  it.each<[Shell, number, number]>([
    ["bash", 256 * 1024, 1],
    ["zsh", 256 * 1024, 1],
    ["fish", 256 * 1024, 1],
    ["powershell", 32_767, 4],
    ["pwsh", 32_767, 4],
    ["cmd", 8_191, 12],
  ])("%s: 2,000 addresses stay under %i a line", (shell, limit, lines) => {
    const words = Array.from({ length: 2_000 }, (_, at) => `openai_invite.team["person-${at}@example.com"]`);
    const commands = quoteCommands(prefix, words, shell);
    expect(commands).toHaveLength(lines);
    for (const command of commands) expect(Buffer.byteLength(command)).toBeLessThan(limit);
    const back =
      shell === "cmd"
        ? commands.flatMap((line) => splitCommandLine(cmdCommandLine(line)).slice(2))
        : shell === "powershell" || shell === "pwsh"
          ? commands.flatMap((line) => powershellArguments(line).slice(2))
          : commands.flatMap((line) => [...line.matchAll(/'([^']*)'/g)].map((match) => match[1]));
    expect(back).toEqual(words);
  });

  it("counts bytes for the shells of Unix, and what PowerShell will add", () => {
    const wide = Array.from({ length: 3_000 }, () => "日".repeat(100));
    for (const line of quoteCommands(prefix, wide, "bash")) expect(Buffer.byteLength(line)).toBeLessThan(256 * 1024);
    const quotes = Array.from({ length: 300 }, () => '"'.repeat(200));
    for (const line of quoteCommands(prefix, quotes, "pwsh")) {
      const made = powershellArguments(line).map((word) => `"${word.replaceAll('"', '\\"')}"`);
      expect(made.join(" ").length).toBeLessThan(32_767);
    }
  });

  it("fills each line before it starts another", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3_000 }), { maxLength: 60 }), (lengths) => {
        const words = lengths.map((length) => "x".repeat(length + 1));
        const lines = quoteCommands(prefix, words, "cmd");
        expect(lines.flatMap((line) => line.split(" ").slice(3))).toEqual(words);
        for (const [at, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(8_000);
          const next = lines[at + 1]?.split(" ")[3];
          if (next !== undefined) expect(line.length + 1 + next.length).toBeGreaterThanOrEqual(8_000);
        }
      }),
    );
  });

  it("refuses a word that no line can hold", () => {
    expect(() => quoteCommands(prefix, ["x".repeat(9_000)], "cmd")).toThrow("too long for a command line");
    expect(() => quoteCommands(prefix, ["x".repeat(128 * 1024)], "bash")).toThrow("too long for a command line");
    expect(quoteCommands(prefix, ["x".repeat(128 * 1024 - 1)], "bash")).toHaveLength(1);
  });
});

describe("defaultShell", () => {
  it.each<[NodeJS.Platform, Shell]>([
    ["win32", "powershell"],
    ["linux", "bash"],
    ["darwin", "bash"],
  ])("on %s is %s", (platform, shell) => {
    expect(defaultShell(platform)).toBe(shell);
  });
});
