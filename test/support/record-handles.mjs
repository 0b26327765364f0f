// Preloaded into the program: notes every socket, process and worker that its runtime makes, by whichever way.
import { createHook } from "node:async_hooks";
import { writeFileSync } from "node:fs";

const WATCHED = /^(?:TCP|UDP|PIPE|TLS|PROCESS|GETADDRINFO|GETNAMEINFO|QUERY|HTTP|WORKER|MESSAGEPORT|FILEHANDLE-NET)/i;
const seen = [];

createHook({
  init(_id, type) {
    if (WATCHED.test(type)) seen.push(type);
  },
}).enable();

process.on("exit", () => writeFileSync(process.env["RECORDED_HANDLES"], JSON.stringify(seen)));
