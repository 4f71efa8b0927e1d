import type { TestProject } from 'vitest/node';
import { givenServer } from './given-server.js';
import { startServer } from './server.js';

/** What the workers need to know of the suite's shared server. */
export interface SharedServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
}

declare module 'vitest' {
  export interface ProvidedContext {
    sharedServer: SharedServer;
  }
}

const sharedServerArgs = [
  '--innodb-buffer-pool-size=512M',
  '--innodb-log-file-size=256M',
  // Values of 60 MB can be stored.
  '--max-allowed-packet=128M',
];

/** Starts the suite's shared server, or takes the given one; vitest calls it once. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = await givenServer();
  if (given !== undefined) {
    project.provide('sharedServer', given);
    return () => Promise.resolve();
  }
  const server = await startServer({ args: sharedServerArgs });
  const { host, port, user, password } = server;
  project.provide('sharedServer', { host, port, user, password });
  return () => server.stop();
}
