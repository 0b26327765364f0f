import { mkdtemp, rm } from "node:fs/promises";
import type { ServerHttp2Session } from "node:http2";
import os from "node:os";
import path from "node:path";
import type { StandInDialect } from "./dialect.js";
import { grpcServer } from "./grpc-server.js";
import { METHODS } from "./protocol.js";
import { type Environment, inviteProvider } from "./provider.js";

/** A running provider for Terraform to attach to. */
export interface RunningProvider {
  /** The value of `TF_REATTACH_PROVIDERS`. */
  readonly reattach: string;
  /** The path of the socket that it listens on. */
  readonly socket: string;
  close(): Promise<void>;
}

/**
 * Starts a stand-in for a provider inside this process, on a socket in its own folder. To Terraform it is a provider in
 * debug mode, which Terraform does not install, start or end
 * (https://developer.hashicorp.com/terraform/plugin/debugging#running-terraform-with-a-provider-in-debug-mode).
 */
export async function serveProvider(dialect: StandInDialect, environment: Environment): Promise<RunningProvider> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "tfinvite-provider-"));
  const socket = path.join(folder, "provider.sock");
  const server = grpcServer("tfplugin6.Provider", METHODS, inviteProvider(dialect, environment));
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => undefined);
    session.on("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
  return {
    socket,
    reattach: JSON.stringify({
      [`registry.terraform.io/${dialect.source}`]: {
        Protocol: "grpc",
        ProtocolVersion: 6,
        Pid: process.pid,
        Test: true,
        Addr: { Network: "unix", String: socket },
      },
    }),
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const session of sessions) session.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
