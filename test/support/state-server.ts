import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** One request to a state server, before it is answered. */
export interface StateRequest {
  readonly method: string;
  /** How many of the same method came before. */
  readonly index: number;
}

/** How a write ends: refused with a status, or the connection is dropped before or after the state is stored. */
export type WriteFault = number | "dropped-before" | "dropped-after";

/** A state server as Terraform's backend "http" knows it, on loopback, and awkward on demand. */
export interface StateServer {
  readonly url: string;
  /** The stored state; empty without one. */
  state: string;
  /** The lock's info as its holder sent it; undefined while it is not locked. */
  lock: string | undefined;
  /** What a caller gets who cannot have the lock. */
  lockedStatus: 423 | 409;
  /** How writes end from now on. */
  writeFault: WriteFault | undefined;
  /** Called for each request, which is answered once it returns. */
  onRequest: ((request: StateRequest) => void | Promise<void>) | undefined;
  /** Called once a request has been answered. */
  onAnswered: ((request: StateRequest) => void) | undefined;
  /** `GET`, `LOCK`, `POST`, `UNLOCK`, as they came. */
  readonly log: string[];
  close(): Promise<void>;
}

export async function startStateServer(state = ""): Promise<StateServer> {
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const self: StateServer = {
    url: `http://127.0.0.1:${port}/state`,
    state,
    lock: undefined,
    lockedStatus: 423,
    writeFault: undefined,
    onRequest: undefined,
    onAnswered: undefined,
    log: [],
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces).toString();
    const method = request.method ?? "";
    const index = counts.get(method) ?? 0;
    counts.set(method, index + 1);
    self.log.push(method);
    await self.onRequest?.({ method, index });
    answer(method, body, request, response);
    self.onAnswered?.({ method, index });
  }

  function answer(method: string, body: string, request: IncomingMessage, response: ServerResponse): void {
    const end = (status: number, text = "") => response.writeHead(status).end(text);
    if (method === "GET") return void (self.state === "" ? end(404) : end(200, self.state));
    if (method === "LOCK") {
      if (self.lock !== undefined) return void end(self.lockedStatus, self.lock);
      self.lock = body;
      return void end(200);
    }
    if (method === "UNLOCK") {
      // `force-unlock` sends no more than the id.
      self.lock = undefined;
      return void end(200);
    }
    if (method !== "POST") return void end(405);
    const id = new URL(request.url ?? "/", self.url).searchParams.get("ID");
    if (self.lock !== undefined && !self.lock.includes(`"${id}"`)) return void end(409);
    if (typeof self.writeFault === "number") return void end(self.writeFault);
    if (self.writeFault !== "dropped-before") self.state = body;
    if (self.writeFault !== undefined) return void request.socket.destroy();
    end(200);
  }

  return self;
}

/** The backend block that leads to a state server. */
export function httpBackend(url: string, options: { readonly locks?: boolean } = {}): string {
  const lock = options.locks === false ? "" : `    lock_address   = "${url}"\n    unlock_address = "${url}"\n`;
  return `terraform {\n  backend "http" {\n    address        = "${url}"\n${lock}    retry_max      = 0\n  }\n}\n`;
}
