import { setImmediate as turnOfLoop, setTimeout as delay } from 'node:timers/promises';
import { isIP, type Socket } from 'node:net';
import { buildConnector, Pool } from 'undici';

/** The longest that the service may be silent before its answer begins. */
const silenceMs = 300_000;
/**
 * A connection to the service that was idle this long is not used again: it might be closed while the request is on its way, which could
 * not be repeated then. Shorter than the least that servers are set to (gunicorn 2 s); a service's own `Keep-Alive: timeout` goes first.
 */
const idleMs = 1_500;
const connectMs = 5_000;
/** A release does not wait longer than this for connections to be opened ahead. */
const aheadMs = 250;
const mostAhead = 64;
/** A service accepts a connection some time after it is open; Node's takes one in each turn of its loop. */
const settleMs = 20;

/** The connections to one service. */
export class Upstream {
  readonly pool: Pool;
  readonly #origin: URL;
  readonly #connect: buildConnector.connector;
  /** Opened ahead, and used by nobody yet. */
  readonly #ahead: Socket[] = [];

  /** `ca`: PEM; null: the system's certificate authorities. */
  constructor(origin: URL, ca: Buffer | null) {
    this.#origin = origin;
    this.#connect = connectorTo(origin, ca);
    this.pool = new Pool(origin, {
      pipelining: 1,
      headersTimeout: silenceMs,
      bodyTimeout: 0,
      keepAliveTimeout: idleMs,
      keepAliveTimeoutThreshold: 1_000,
      connect: (options, callback) => {
        const socket = this.#ahead.shift();
        // Not at once: undici is in the middle of asking.
        if (socket !== undefined) queueMicrotask(() => callback(null, socket));
        else this.#connect(options, callback);
      },
    });
  }

  /**
   * Opens connections for a release of `window` requests at once. Without them the first requests would travel on connections that are
   * still being opened, and be overtaken by the next ones on those that are not. Twice as many, because undici takes a moment to give a
   * connection back. Those that a hold opened may have been closed since, by a service that was changed in it: what the network has said by
   * now is heard first.
   */
  async openAhead(window: number): Promise<void> {
    await turnOfLoop();
    await turnOfLoop();
    const missing = Math.min(2 * window, mostAhead) - this.#ahead.length;
    if (missing <= 0) return;
    const opening = Promise.all(Array.from({ length: missing }, () => this.#openOne()));
    await Promise.race([opening, delay(aheadMs)]);
    if (this.#ahead.length > 0) await delay(settleMs);
  }

  async close(): Promise<void> {
    if (!this.pool.destroyed) await this.pool.close();
  }

  async abort(): Promise<void> {
    await this.pool.destroy();
  }

  #openOne(): Promise<void> {
    const { host, hostname, port, protocol } = this.#origin;
    return new Promise((resolve) => {
      this.#connect({ host, hostname, port, protocol }, (error, socket) => {
        // A service that accepts nothing now is the first request's matter.
        if (error === null) this.#keep(socket);
        resolve();
      });
    });
  }

  #keep(socket: Socket): void {
    const forget = (): void => {
      const at = this.#ahead.indexOf(socket);
      if (at < 0) return;
      this.#ahead.splice(at, 1);
      socket.destroy();
    };
    // 'end' comes some turns of the loop before 'close'.
    socket.once('error', forget).once('end', forget).once('close', forget);
    setTimeout(forget, idleMs).unref();
    this.#ahead.push(socket);
  }
}

/** The name that the service's certificate must have is the URL's, whatever host the clients ask for. */
function connectorTo(origin: URL, ca: Buffer | null): buildConnector.connector {
  const connect = buildConnector({ timeout: connectMs, ...(ca === null ? {} : { ca }) });
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  // TLS has no names that are addresses; the certificate is compared with the address then.
  const servername = isIP(host) === 0 ? host : '';
  return (options, callback) => connect({ ...options, servername }, callback);
}
