import type { LookUpEvent } from "../openai/client.js";
import type { Style } from "../report/style.js";
import { shorten } from "../report/text.js";
import { count } from "../report/words.js";
import type { Io } from "./io.js";

/** A single line on a terminal that says what is being waited for. Anywhere else it shows nothing. */
export interface Progress {
  show(event: LookUpEvent): void;
  /** Takes the line away. Safe to call twice. */
  end(): void;
}

const SILENT: Progress = { show: () => {}, end: () => {} };
const WAITING_FOR: Readonly<Record<Extract<LookUpEvent, { type: "wait" }>["reason"], string>> = {
  "rate-limit": "as the Admin API asks for",
  pace: "to stay under the Admin API's limit",
  retry: "before trying again",
};
const CLEAR_LINE = "\r\u001b[2K";

/** Shows progress where somebody can see it: a terminal, and not a CI job. */
export function startProgress(invites: number, io: Io, style: Style): Progress {
  const ci = io.env["CI"] !== undefined && io.env["CI"] !== "" && io.env["CI"] !== "false";
  if (io.stderr.isTTY !== true || ci || io.env["TERM"] === "dumb") return SILENT;
  const start = `looking up ${count(invites, "invite")}`;
  let shown = false;
  let requests = 0;
  let found = "";
  let ticking: NodeJS.Timeout | undefined;
  const write = (text: string) => {
    const width = Math.max(20, (style.width ?? 80) - 1);
    io.stderr.write(CLEAR_LINE + style.dim(shorten(text, width, style.unicode ? "…" : "...")));
    shown = true;
  };
  const stopTicking = () => {
    clearInterval(ticking);
    ticking = undefined;
  };
  const status = () => `${start}  ${count(requests, "request")}${found}`;
  return {
    show(event) {
      stopTicking();
      if (event.type === "request") requests = event.count;
      if (event.type === "page") found = event.wanted > 0 ? `, ${event.wanted} still to be found` : "";
      if (event.type !== "wait") return write(status());
      const until = performance.now() + event.seconds * 1000;
      const tick = () => {
        const left = Math.max(1, Math.ceil((until - performance.now()) / 1000));
        write(`${status()}  waiting ${left} s ${WAITING_FOR[event.reason]}`);
      };
      tick();
      ticking = setInterval(tick, 1000);
      ticking.unref();
    },
    end() {
      stopTicking();
      if (shown) io.stderr.write(CLEAR_LINE);
      shown = false;
    },
  };
}
