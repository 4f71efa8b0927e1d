import { Agent, request } from 'node:http';
import type { BufferLayer } from '../../src/buffer/contract.js';
import { httpBuffer } from '../../src/buffer/http/client.js';
import type { BufferRig } from './buffer-contract.js';
import { bufferToken, startHttpBufferProcess } from './http-buffer.js';
import { startHttpService } from './http-service.js';

/** A service behind a `tideover buffer` process; `layers` are the ways to it that are tested, `close` ends what they need. */
export async function openHttpRig(
  layers: (admin: string) => Promise<{ layer: BufferLayer; other: BufferLayer; close: () => Promise<void> }>,
): Promise<BufferRig> {
  const service = await startHttpService();
  const buffer = await startHttpBufferProcess([service.url]);
  const { layer, other, close } = await layers(buffer.admin);
  const agent = new Agent({ keepAlive: true });
  return {
    layer,
    other,
    executed: service.executed,
    answers: service.answers,
    call: (n, { abort } = {}) =>
      new Promise((resolve) => {
        const options = {
          agent,
          headers: { 'x-number': String(n) },
          ...(abort === undefined ? {} : { signal: abort }),
        };
        request(`${buffer.urls[0]!}/thing/${n}`, { method: n % 2 === 0 ? 'GET' : 'POST', ...options }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode === 200 ? 'answered' : 'rejected'));
        })
          .on('error', () => resolve('left'))
          .end(n % 2 === 0 ? undefined : '{"some":"body"}');
      }),
    close: async () => {
      agent.destroy();
      await Promise.all([layer.close(), other.close()]);
      await close();
      await buffer.kill();
      await service.close();
    },
  };
}

/** The embedded buffer itself. */
export const directly = (
  admin: string,
): Promise<{ layer: BufferLayer; other: BufferLayer; close: () => Promise<void> }> =>
  Promise.resolve({
    layer: httpBuffer(admin, bufferToken),
    other: httpBuffer(admin, bufferToken),
    close: () => Promise.resolve(),
  });
