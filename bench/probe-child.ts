/**
 * The probe: one session writes a row at a fixed pace, one reads one. Started by `probe.ts` in a process of its own, so that neither
 * the engine nor the load generator delays its clock. A request that should have started while an earlier one hung counts from the
 * moment at which it should have started.
 */
import type { ConnectionSettings } from '../src/index.js';
import { Client } from '../test/support/ledger/client.js';
import { now, sleep } from './clock.js';
import type { ProbeSample } from './probe.js';

interface Order {
  readonly settings: ConnectionSettings;
  readonly rows: number;
  readonly periodMs: number;
}

let stopping = false;

async function pace(options: Order, request: (client: Client, id: number) => Promise<unknown>): Promise<ProbeSample[]> {
  const client = await Client.open(options.settings);
  const samples: ProbeSample[] = [];
  // Rows apart from each other by a prime: not those that the load touches more often than others.
  let id = 1;
  for (let due = now(); !stopping; due += options.periodMs) {
    const early = due - now();
    if (early > 0) await sleep(early);
    // A timer that wakes late is not the server's fault.
    const begun = early > 0 ? now() : due;
    id = (id + 7919) % options.rows;
    let failed = false;
    try {
      await request(client, id + 1);
    } catch {
      failed = true;
    }
    samples.push({ at: begun, ms: now() - begun, failed });
  }
  await client.close();
  return samples;
}

process.once('message', (order: Order) => {
  const writes = pace(order, (client, id) => client.execute(`UPDATE sbtest1 SET k = k + 1 WHERE id = ${id}`));
  const reads = pace(order, (client, id) => client.query(`SELECT c FROM sbtest1 WHERE id = ${id}`));
  process.once('message', () => (stopping = true));
  void Promise.all([writes, reads]).then(([written, read]) => {
    process.send!({ writes: written, reads: read }, () => process.disconnect());
  });
});
