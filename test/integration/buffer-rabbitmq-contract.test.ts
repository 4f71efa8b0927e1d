import { setTimeout as delay } from 'node:timers/promises';
import { rabbitmqBuffer } from '../../src/buffer/rabbitmq/rabbitmq.js';
import { describeBufferContract } from '../support/buffer-contract.js';
import { startRabbitmq } from '../support/rabbitmq.js';
import { RpcClient, RpcServer } from '../support/rpc.js';

describeBufferContract('RabbitMQ', async () => {
  const broker = await startRabbitmq();
  const server = await RpcServer.start(broker.url, 'nova', 'compute');
  const client = await RpcClient.start(broker.url);
  const spec = `rabbitmq:amqp://admin@127.0.0.1:${broker.port}/%2F?exchange=nova&management=${broker.managementUrl}`;
  const environment = { TIDEOVER_RABBITMQ_PASSWORD: broker.password };
  const executed: number[] = [];
  const all = server.executed;
  all.push = (...calls) => {
    executed.push(...calls.map(({ text }) => Number(text)));
    return executed.length;
  };
  return {
    layer: rabbitmqBuffer(spec, environment),
    other: rabbitmqBuffer(spec, environment),
    executed,
    answers: server.answers,
    call: (n) =>
      Promise.race([
        client.call('nova', 'compute', String(n)).then(() => 'answered' as const),
        delay(20_000, 'left' as const, { ref: false }),
      ]),
    close: async () => {
      await client.stop();
      await server.stop();
      await broker.stop();
    },
  };
});
