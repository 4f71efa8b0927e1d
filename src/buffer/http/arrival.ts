import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Exchange } from './exchange.js';
import type { Gate } from './gate.js';
import type { Passes } from './pass.js';

/** What a request needs of the route on which it came. */
export interface Surroundings {
  readonly gate: Gate;
  /** Null: no passes are given or taken. */
  readonly passes: Passes | null;
  readonly upstream: { readonly pool: Dispatcher };
  readonly scheme: 'http' | 'https';
  /** No further request is taken from this connection. */
  readonly isClosing: boolean;
}

export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly kind: 'plain' | 'expects-continue' | 'upgrade';
  /** The request before it on the same connection, when that is unanswered: HTTP/1.1 pipelining answers in order. */
  readonly previous: Exchange | null;
}
