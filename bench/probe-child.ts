/**
 * The probe: some sessions write a row each at a fixed pace, as many read one. Started by `probe.ts` in a process of its own, so that
 * neither the engine nor the load generator delays its clock. Requests that were due while an earlier one hung are not sent; each counts
 * as one that waited from then until the hanging one was answered.
 */
import type { ConnectionSettings } from '../src/index.js';
import { Client } from '../test/support/ledger/client.js';
import { now, sleep } from './clock.js';
import type { ProbeSample } from './probe.js';

interface Order {
  readonly settings: ConnectionSettings;
  readonly rows: number;
  /** Of each session. */
  readonly periodMs: number;
  /** Sessions that write, and as many that read. */
  readonly sessions: number;
}

let stopping = false;

async function pace(
  order: Order,
  number: number,
  request: (client: Client, id: number) => Promise<unknown>,
): Promise<ProbeSample[]> {
  const { settings, rows, periodMs, sessions } = order;
  const client = await Client.open(settings);
  const samples: ProbeSample[] = [];
  // Steps of a prime: every row has its turn, neighbours do not follow each other.
  let id = number;
  let due = now() + (number * periodMs) / sessions;
  while (!stopping) {
    await sleep(due - now());
    id = (id + 7919) % rows;
    const begun = now();
    let failed = false;
    try {
      await request(client, id + 1);
    } catch {
      failed = true;
    }
    const ended = now();
    for (due = begun; due < ended || due === begun; due += periodMs) samples.push({ at: due, ms: ended - due, failed });
  }
  await client.close();
  return samples;
}

process.once('message', (order: Order) => {
  const each = async (request: (client: Client, id: number) => Promise<unknown>) =>
    (await Promise.all(Array.from({ length: order.sessions }, (_, number) => pace(order, number, request))))
      .flat()
      .sort((a, b) => a.at - b.at);
  const writes = each((client, id) => client.execute(`UPDATE sbtest1 SET k = k + 1 WHERE id = ${id}`));
  const reads = each((client, id) => client.query(`SELECT c FROM sbtest1 WHERE id = ${id}`));
  process.once('message', () => (stopping = true));
  void Promise.all([writes, reads]).then(([written, read]) => {
    process.send!({ writes: written, reads: read }, () => process.disconnect());
  });
});
