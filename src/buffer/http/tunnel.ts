import type { Duplex } from 'node:stream';

/** Joins two connections until both have ended or one broke; then calls `ended`, once. `opening` goes to the client first. */
export function tunnel(client: Duplex, service: Duplex, opening: string, ended: () => void): void {
  let open = 2;
  const closed = (): void => {
    open -= 1;
    client.destroy();
    service.destroy();
    if (open === 0) ended();
  };
  for (const socket of [client, service]) {
    socket.once('close', closed);
    // 'close' follows.
    socket.on('error', () => undefined);
  }
  client.write(opening, 'latin1');
  client.pipe(service);
  service.pipe(client);
}

/** The head of a 101 answer, with the service's fields as they came. */
export function switchingHead(statusText: string, fields: readonly string[]): string {
  let head = `HTTP/1.1 101 ${statusText}\r\n`;
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]!}: ${fields[i + 1]!}\r\n`;
  return `${head}\r\n`;
}
