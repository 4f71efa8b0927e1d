/** An engine that holds a buffer, renews its lease and does nothing more, to be killed: `SPEC LEASE_MS` in its arguments, secrets in its environment. */
import { bufferOf } from '../../src/buffer/adapters.js';

const [spec = '', lease = ''] = process.argv.slice(2);
const leaseMs = Number(lease);
const hold = await bufferOf(spec, process.env).hold({
  id: 'to-be-killed',
  leaseMs,
  deadlineMs: 30_000,
  maxHeld: 1_000,
});
setInterval(() => void hold.renew(leaseMs), leaseMs / 5);
process.stdout.write('held\n');
