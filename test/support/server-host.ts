/** Where clients reach a server. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The place a mariadbd runs in: how it is started and ended. It knows nothing of what the server holds. */
export interface ServerHost {
  readonly origin: 'docker' | 'path' | 'debian';
  /** Stays the same across restarts. */
  readonly address: Address;
  /** The same server as another server of this kind reaches it. */
  readonly peerAddress: Address;
  /** Launches the server with exactly these options; it is not ready yet when this resolves. */
  launch(args: readonly string[]): Promise<void>;
  /** Why the server is not running (any more), or undefined while it runs. */
  ended(): Promise<string | undefined>;
  /** Orderly shutdown; resolves when the process is gone. */
  shutDown(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. The data stays. */
  kill(): Promise<void>;
  /** Ends the server, if it runs, and removes its data. */
  remove(): Promise<void>;
  /** The last lines of the server's error log. */
  logTail(): Promise<string>;
}
