import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A server that stands in for OpenAI, with any behaviour. */
type Behaviour = RequestListener | { readonly raw: (socket: Socket) => void };

/** Made once: it takes seconds. */
let bomb: Promise<Buffer> | undefined;

const invite = (id: string, over: object = {}) => ({
  object: "organization.invite",
  id,
  email: `${id}@example.com`,
  role: "reader",
  status: "pending",
  created_at: 1_795_000_000,
  expires_at: 1_796_000_000,
  ...over,
});
const json = (response: ServerResponse, body: unknown, status = 200, headers: Record<string, string> = {}) =>
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
const list = (data: readonly unknown[], more = false, last?: string) => ({
  object: "list",
  data,
  has_more: more,
  last_id: last ?? null,
});
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const MB = Buffer.alloc(1 << 20, "a");

/** Writes without end, as fast as the client reads. */
function flood(response: ServerResponse, piece: Buffer | string): void {
  while (!response.destroyed && response.write(piece));
  response.once("drain", () => flood(response, piece));
}

/** Servers by what they do. None of them ever sends the status of an invite. */
export const HOSTILE_SERVERS: Readonly<Record<string, Behaviour>> = {
  "redirects to another host": (_, response) => response.writeHead(302, { location: "http://127.0.0.2:9/v1/x" }).end(),
  "redirects in a circle": (request, response) => response.writeHead(307, { location: request.url ?? "/" }).end(),
  "answers with a web page": (_, response) => response.writeHead(200, { "content-type": "text/html" }).end("<p>Hi"),
  "answers with nothing": (_, response) => response.writeHead(200).end(),
  "answers with half a document": (_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end('{"object":"list","data":[{"id":'),
  "answers with another shape": (_, response) => json(response, ["invite-a"]),
  "answers with deep nesting": (_, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end("[".repeat(200_000)),
  "sends a bomb of 300 MB in gzip": (_, response) => {
    // Beside the test, which has to see in time that a run has ended.
    bomb ??= promisify(gzip)(Buffer.alloc(300 << 20, "["), { level: 1 });
    void bomb.then((body) =>
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(body),
    );
  },
  "sends without end": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    flood(response, MB);
  },
  "sends headers without end": {
    raw: (socket) => {
      socket.write(HEAD);
      const more = () => void (socket.destroyed || (socket.write("x-a: b\r\n".repeat(1000)) ? setImmediate(more) : 0));
      socket.on("drain", more);
      more();
    },
  },
  "drips a byte a second": (_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const timer = setInterval(() => response.write(" "), 1000);
    response.on("close", () => clearInterval(timer));
  },
  "is silent": () => {},
  "closes at once": { raw: (socket) => socket.destroy() },
  "closes midway": {
    raw: (socket) => socket.write(`${HEAD}content-length: 900\r\n\r\n{"object"`, () => socket.destroy()),
  },
  "speaks no HTTP": { raw: (socket) => socket.end("220 mail.example.com ESMTP\r\n") },
  "sends broken chunks": { raw: (socket) => socket.end(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n`) },
  "repeats its cursor": (_, response) => json(response, list([invite("invite-x")], true, "invite-x")),
  "has pages without end": (request, response) => {
    const after = Number(new URL(request.url ?? "/", "http://x").searchParams.get("after")?.slice(7) ?? 0);
    json(response, list([invite(`invite-${after + 1}`)], true, `invite-${after + 1}`));
  },
  "contradicts itself": (_, response) =>
    json(
      response,
      list(
        ["pending", "accepted"].flatMap((status) => ["a", "b", "c"].map((id) => invite(`invite-${id}`, { status }))),
      ),
    ),
  "has ids with separators": (_, response) =>
    json(response, list([invite("../users"), invite("a/b?c#d\n")], true, "../x")),
  "asks to wait till the end of time": (_, response) =>
    json(response, { error: { message: "slow down" } }, 429, { "retry-after": "99999999999" }),
  "asks to wait nonsense": (_, response) =>
    json(response, { error: { message: "slow down" } }, 429, { "retry-after": "-1, tomorrow" }),
  "fails always": (_, response) => json(response, { error: { message: "oops" } }, 503),
  "refuses the key, and echoes it": (request, response) =>
    json(response, { error: { message: `Incorrect API key provided: ${request.headers.authorization}` } }, 401),
};

/** Starts a server with a behaviour, on a free port of loopback. */
export async function startHostileServer(
  behaviour: Behaviour,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server =
    "raw" in behaviour
      ? createSocketServer((socket) => {
          socket.on("error", () => undefined);
          socket.once("data", () => behaviour.raw(socket));
        })
      : createServer(behaviour);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
