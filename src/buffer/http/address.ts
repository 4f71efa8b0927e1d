import { isIP } from 'node:net';
import { TideoverError } from '../../errors.js';

/** Where to listen. */
export interface Address {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
}

/** `HOST:PORT`, `[IPV6]:PORT`. Throws `usage-error`. */
export function parseAddress(text: string, what: string): Address {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535 || (bracketed !== undefined && isIP(bracketed) !== 6)) {
    throw new TideoverError('usage-error', `${what} "${text}" is no HOST:PORT`, {
      hint: `Give an address of this machine and a port, as 127.0.0.1:7070 or [::1]:7070.`,
    });
  }
  return { host, port };
}

export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
