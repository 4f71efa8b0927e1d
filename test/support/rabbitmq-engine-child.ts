/** An engine that holds and then does nothing any more, so that a test can kill it: `rabbitmq-engine-child.ts SPEC`. Prints `holding`. */
import { setTimeout as delay } from 'node:timers/promises';
import { rabbitmqBuffer } from '../../src/buffer/rabbitmq/rabbitmq.js';

const [spec] = process.argv.slice(2);
const hold = await rabbitmqBuffer(spec!, process.env).hold({
  id: 'killed',
  leaseMs: 60_000,
  deadlineMs: 60_000,
  maxHeld: 1_000,
});
process.stdout.write('holding\n');
await delay(60_000);
await hold.release({ window: 8 });
