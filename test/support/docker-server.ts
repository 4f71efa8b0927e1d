import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ContainerRuntimeClient, StartedNetwork, StartedTestContainer } from 'testcontainers';
import { exists } from './cache.js';
import { lastLines } from './command.js';
import { freePort } from './free-port.js';
import type { Address, ServerHost } from './server-host.js';

/** An engine that does not answer its own ping within this time is not usable for tests. */
const pingLimitMs = 2_000;
/** The first start pulls nothing any more, but initialises a data directory. */
const startLimitMs = 120_000;

/** Characters of the server's output that are kept. */
const logLimit = 65_536;

const image = () => `mariadb:${process.env['MARIADB_VERSION'] ?? '10.11'}`;

/** Why Docker cannot give a server, or undefined when it can; asks the engine and pulls the image. */
export async function dockerObstacle(): Promise<string | undefined> {
  if (!(await engineAnswers())) return 'no Docker engine answers';
  // Imported late: the module is large and talks to the engine.
  const { getContainerRuntimeClient, ImageName } = await import('testcontainers');
  try {
    const client = await getContainerRuntimeClient();
    await client.image.pull(ImageName.fromString(image()), { force: false, platform: undefined });
    return undefined;
  } catch (error) {
    return `the image ${image()} cannot be had: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function engineAnswers(): Promise<boolean> {
  const configured = process.env['DOCKER_HOST'];
  if (configured !== undefined && configured !== '') {
    if (configured.startsWith('unix://')) return ping({ socketPath: configured.slice('unix://'.length) });
    const url = new URL(configured);
    return ping({ host: url.hostname, port: url.port === '' ? 2375 : Number(url.port) });
  }
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const sockets = [
    '/var/run/docker.sock',
    ...(runtime === undefined ? [] : [join(runtime, 'docker.sock')]),
    join(homedir(), '.docker/run/docker.sock'),
  ];
  for (const socketPath of sockets) {
    if ((await exists(socketPath)) && (await ping({ socketPath }))) return true;
  }
  return false;
}

function ping(where: { socketPath: string } | { host: string; port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ ...where, path: '/_ping', timeout: pingLimitMs }, (response) => {
      response.resume();
      // With TLS the engine answers a plain request with 400: it is there.
      resolve(response.statusCode === 200 || response.statusCode === 400);
    });
    call.once('timeout', () => call.destroy());
    call.once('error', () => resolve(false));
    call.end();
  });
}

let sharedNetwork: Promise<StartedNetwork> | undefined;
let hostsInNetwork = 0;

/** One network per process, so that a replica reaches its primary by name; it goes with the last server. */
async function joinNetwork(): Promise<StartedNetwork> {
  const { Network } = await import('testcontainers');
  hostsInNetwork += 1;
  return (sharedNetwork ??= new Network().start());
}

async function leaveNetwork(): Promise<void> {
  hostsInNetwork -= 1;
  if (hostsInNetwork > 0) return;
  const last = sharedNetwork;
  sharedNetwork = undefined;
  await (await last)?.stop();
}

/** A MariaDB container with its data in a volume of its own, so that it survives kill and new options. */
export class DockerHost implements ServerHost {
  readonly origin = 'docker';
  readonly address: Address;
  readonly peerAddress: Address;
  readonly #client: ContainerRuntimeClient;
  readonly #network: StartedNetwork;
  readonly #name: string;
  #container: StartedTestContainer | undefined;
  /** What the server printed; kept here because a container that fails to start is gone with its log. */
  #log = '';

  private constructor(client: ContainerRuntimeClient, network: StartedNetwork, name: string, address: Address) {
    this.#client = client;
    this.#network = network;
    this.#name = name;
    this.address = address;
    this.peerAddress = { host: name, port: 3306 };
  }

  static async create(): Promise<DockerHost> {
    const { getContainerRuntimeClient, getReaper, LABEL_TESTCONTAINERS_SESSION_ID } = await import('testcontainers');
    const client = await getContainerRuntimeClient();
    const name = `tideover-${randomBytes(6).toString('hex')}`;
    const { sessionId } = await getReaper(client);
    await client.container.dockerode.createVolume({
      Name: name,
      Labels: { [LABEL_TESTCONTAINERS_SESSION_ID]: sessionId },
    });
    // Chosen here and not by the engine, because it has to stay the same when the container is made anew.
    return new DockerHost(client, await joinNetwork(), name, {
      host: client.info.containerRuntime.host,
      port: await freePort(),
    });
  }

  async launch(args: readonly string[]): Promise<void> {
    const { GenericContainer, Wait } = await import('testcontainers');
    await this.#container?.stop({ remove: true, removeVolumes: false });
    this.#container = await new GenericContainer(image())
      .withName(this.#name)
      .withEnvironment({ MARIADB_ALLOW_EMPTY_ROOT_PASSWORD: '1', MARIADB_ROOT_HOST: '%' })
      .withNetwork(this.#network)
      .withNetworkAliases(this.#name)
      .withBindMounts([{ source: this.#name, target: '/var/lib/mysql' }])
      .withExposedPorts({ container: 3306, host: this.address.port })
      .withCommand([...args])
      .withLogConsumer((stream) => {
        stream.on('data', (data) => (this.#log = `${this.#log}${String(data)}`.slice(-logLimit)));
      })
      .withWaitStrategy(Wait.forLogMessage(/socket: .* port: 3306/))
      .withStartupTimeout(startLimitMs)
      .start();
  }

  async ended(): Promise<string | undefined> {
    if (this.#container === undefined) return 'it was never started';
    const { State } = await this.#handle(this.#container).inspect();
    return State.Running ? undefined : `the container ended with ${State.ExitCode}`;
  }

  async shutDown(): Promise<void> {
    await this.#container?.stop({ remove: false, timeout: 60_000 });
  }

  async kill(): Promise<void> {
    if (this.#container === undefined || (await this.ended()) !== undefined) return;
    const handle = this.#handle(this.#container);
    await handle.kill({ signal: 'SIGKILL' });
    await handle.wait();
  }

  async remove(): Promise<void> {
    await this.kill();
    await this.#container?.stop({ remove: true, removeVolumes: true });
    this.#container = undefined;
    await this.#client.container.dockerode.getVolume(this.#name).remove();
    await leaveNetwork();
  }

  logTail(): Promise<string> {
    return Promise.resolve(lastLines(this.#log, 40));
  }

  #handle(container: StartedTestContainer) {
    return this.#client.container.getById(container.getId());
  }
}
