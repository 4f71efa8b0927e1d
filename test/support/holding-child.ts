/** An engine that holds a buffer and does nothing more, to be killed: `SPEC` in its arguments, the token in its environment. */
import { haproxyBuffer } from '../../src/buffer/haproxy/haproxy.js';
import { openrestyBuffer } from '../../src/buffer/openresty/openresty.js';

const spec = process.argv[2] ?? '';
const token = process.env['TIDEOVER_BUFFER_TOKEN'] ?? '';
const buffer = spec.startsWith('haproxy:') ? haproxyBuffer(spec, token) : openrestyBuffer(spec, token);
const hold = await buffer.hold({ id: 'to-be-killed', leaseMs: 1_500, deadlineMs: 20_000, maxHeld: 1_000 });
setInterval(() => void hold.renew(1_500), 300);
process.stdout.write('held\n');
