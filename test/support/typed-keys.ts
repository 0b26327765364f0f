import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** What ends each line that is typed: the shell's key that writes its line to `lines` and clears it. */
const SHOW = "\u0018p";

const SETTINGS: Readonly<Record<"bash" | "zsh", { readonly argv: string; readonly setUp: string }>> = {
  bash: {
    argv: "bash --norc --noprofile -i",
    // Its standard output is the terminal.
    setUp: `bind 'set enable-bracketed-paste off'
bind 'set bell-style none'
bind '"\\C-xa": insert-completions'
show() { printf '%s\\0' "$READLINE_LINE" >> lines; READLINE_LINE=; READLINE_POINT=0; }
bind -x '"\\C-xp": show'`,
  },
  zsh: {
    argv: "zsh -f -i",
    setUp: `autoload -U compinit && compinit -D -u
unsetopt zle_bracketed_paste
bindkey '^I' complete-word
show() { printf '%s\\0' "$BUFFER" >> lines; BUFFER=; }
zle -N show
bindkey '^Xp' show
zstyle ':completion:all:*' completer _complete _all_matches
zstyle ':completion:all:*' insert yes
all() { zle all-matches; }
zle -C all-matches complete-word _generic
zstyle ':completion:all-matches:*' completer _all_matches _complete
zstyle ':completion:all-matches:*' insert yes
bindkey '^Xa' all-matches`,
  },
};

/** Inserts all completions into the line. */
export const ALL = "\u0018a";

/**
 * Types lines into an interactive shell on a terminal of its own (`script`, of util-linux), and gives what each line holds
 * in the end; none of them is run. The program is the first `tfinvite` of `programs`.
 */
export async function typeInto(
  shell: "bash" | "zsh",
  lines: readonly string[],
  { cwd, programs }: { readonly cwd: string; readonly programs: string },
): Promise<readonly string[]> {
  const { argv, setUp } = SETTINGS[shell];
  const file = path.join(cwd, "lines");
  const child = spawn("script", ["-qec", argv, "/dev/null"], {
    cwd,
    env: {
      PATH: `${programs}${path.delimiter}${process.env["PATH"] ?? ""}`,
      HOME: cwd,
      TERM: "dumb",
      LC_ALL: "C.UTF-8",
      PS1: "$ ",
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.on("data", (piece: Buffer) => {
    shown += piece.toString();
  });
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    child.stdin.write(`${setUp}\n. ./completion; echo "re""ady"\n`);
    await until(() => shown.includes("ready\r\n"));
    for (const [index, line] of lines.entries()) {
      child.stdin.write(`${line}${SHOW}`);
      await until(() => linesIn(file).length > index);
    }
    return linesIn(file);
  } catch (cause) {
    throw new Error(`${shell} did not answer; it showed: ${shown.slice(-2000)}`, { cause });
  } finally {
    child.stdin.write("\u0003\nexit\n");
    child.stdin.end();
    await ended;
  }
}

function linesIn(file: string): string[] {
  return existsSync(file) ? readFileSync(file, "utf8").split("\0").slice(0, -1) : [];
}

async function until(isSo: () => boolean): Promise<void> {
  for (let left = 1500; !isSo(); left--) {
    if (left === 0) throw new Error("timed out");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
