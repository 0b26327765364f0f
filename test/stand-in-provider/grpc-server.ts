import http2 from "node:http2";
import type { Message, MessageValue } from "./protobuf.js";

/** Methods of one gRPC service, each with the messages of a request and of its answer. */
export type Methods = Readonly<
  Record<string, { readonly request: Message<object>; readonly response: Message<object> }>
>;

export type Handlers<M extends Methods> = {
  readonly [Name in keyof M]: (
    request: MessageValue<M[Name]["request"]>,
  ) => Partial<MessageValue<M[Name]["response"]>> | Promise<Partial<MessageValue<M[Name]["response"]>>>;
};

const UNIMPLEMENTED = 12;
const INTERNAL = 13;

/**
 * A gRPC server for calls of one question and one answer, without compression and TLS, after
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md. Everything else is answered as not implemented.
 */
export function grpcServer<M extends Methods>(service: string, methods: M, handlers: Handlers<M>): http2.Http2Server {
  const calls = new Map<string, (request: Uint8Array) => Promise<Uint8Array>>();
  for (const [name, { request, response }] of Object.entries(methods)) {
    // The handler of the same name takes what its own request message decodes to.
    const handler = handlers[name] as (given: object) => object | Promise<object>;
    calls.set(`/${service}/${name}`, async (given) => response.encode(await handler(request.decode(given))));
  }
  const server = http2.createServer();
  server.on("stream", (stream, headers) => {
    // The client may go away in the middle; Terraform does when it is done.
    stream.on("error", () => undefined);
    const call = calls.get(headers[":path"] ?? "");
    if (call === undefined) {
      refuse(stream, UNIMPLEMENTED, `${headers[":path"] ?? ""} is not implemented`);
      return;
    }
    answer(stream, call).catch((error: unknown) => {
      if (!stream.headersSent) refuse(stream, INTERNAL, error instanceof Error ? (error.stack ?? error.message) : "");
    });
  });
  return server;
}

async function answer(stream: http2.ServerHttp2Stream, call: (request: Uint8Array) => Promise<Uint8Array>) {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const answered = await call(unframed(Buffer.concat(chunks)));
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed(answered));
}

function refuse(stream: http2.ServerHttp2Stream, status: number, message: string): void {
  stream.respond(
    {
      ":status": 200,
      "content-type": "application/grpc",
      "grpc-status": String(status),
      "grpc-message": encodeURIComponent(message),
    },
    { endStream: true },
  );
}

/** One byte that says whether it is compressed, four of length, then the message. */
const PREFIX = 5;

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  return frame;
}

function unframed(frame: Buffer): Uint8Array {
  if (frame.length < PREFIX || frame[0] !== 0 || frame.readUInt32BE(1) !== frame.length - PREFIX) {
    throw new Error("a request that is no single message without compression");
  }
  return frame.subarray(PREFIX);
}
