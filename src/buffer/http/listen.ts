import type { AddressInfo, Server } from 'node:net';
import { messageOf, TideoverError } from '../../errors.js';
import { formatAddress, type Address } from './address.js';

/** Resolves with the port that was taken. Rejects with `usage-error`. */
export function listen(server: Server, address: Address & { readonly backlog?: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new TideoverError('usage-error', `cannot listen on ${formatAddress(address)}: ${messageOf(error)}`, {
          hint: 'Give an address of this machine and a port that nobody uses.',
          cause: error,
        }),
      );
    });
    server.listen({ host: address.host, port: address.port, backlog: address.backlog }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}
