/** The part of an engine that a test kills: holds the buffer at `argv[2]` with a short lease and renews it until the end. */
import { httpBuffer } from '../../src/buffer/http/client.js';

const [url = '', token = ''] = process.argv.slice(2);
const leaseMs = 600;
const hold = await httpBuffer(url, token).hold({ id: 'engine', leaseMs, deadlineMs: 30_000, maxHeld: 1_000 });
setInterval(() => void hold.renew(leaseMs), 100);
console.log('holds');
