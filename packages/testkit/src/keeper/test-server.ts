/** A server that tests may end and start again; it keeps its URL. */
export interface TestServer {
  url: string;
  /** Ends it cleanly; nothing happens when it is down. */
  stop(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, ended cleanly before if it runs; with `wipe` it has forgotten everything. */
  restart(options: { wipe: boolean }): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export type ServerKind = 'postgres' | 'nats';

/** Starts a server whose data and log, if it has any, lie in `directory`. */
export type StartServer = (kind: ServerKind, directory: string) => Promise<TestServer>;
