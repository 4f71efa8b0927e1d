import { Agent, request } from 'node:http';
import { httpBuffer } from '../../src/buffer/http/client.js';
import { describeBufferContract, type BufferRig } from '../support/buffer-contract.js';
import { bufferToken, startHttpBufferProcess } from '../support/http-buffer.js';
import { startHttpService } from '../support/http-service.js';

async function open(): Promise<BufferRig> {
  const service = await startHttpService();
  const buffer = await startHttpBufferProcess([service.url]);
  const layer = httpBuffer(buffer.admin, bufferToken);
  const other = httpBuffer(buffer.admin, bufferToken);
  const agent = new Agent({ keepAlive: true });
  return {
    layer,
    other,
    executed: service.executed,
    setServiceDelay: (ms) => void (service.delayMs = ms),
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
      await buffer.kill();
      await service.close();
    },
  };
}

describeBufferContract('tideover buffer', open);
