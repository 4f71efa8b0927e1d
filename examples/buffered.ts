import { randomBytes } from 'node:crypto';
import { bufferOf, createMigration, startHttpBuffer, type ConnectionSettings } from '../src/index.js';
import { Client } from '../test/support/ledger/client.js';
import { notesDefinition, startNotesService } from '../test/support/notes-service.js';
import { NotesTraffic, type TrafficReport } from '../test/support/notes-traffic.js';

const alter = 'ALTER TABLE notes ADD COLUMN stars INT NOT NULL DEFAULT 0, ADD INDEX (stars)';
const requests = 200;
const loopback = { host: '127.0.0.1', port: 0 };

/** What the clients of the service saw, and what is wrong with its table afterwards. */
export interface BufferedOutcome {
  readonly traffic: TrafficReport;
  readonly held: number;
  readonly longestHoldMs: number;
  readonly lost: number;
  readonly phantom: number;
}

/** A small HTTP service behind the embedded buffer gets another table while its clients create and delete notes, at `rate` requests per second. */
export async function migrateBehindBuffer(
  settings: ConnectionSettings,
  { rate = 100 }: { readonly rate?: number } = {},
): Promise<BufferedOutcome> {
  const client = await Client.open(settings);
  await client.execute(`CREATE TABLE notes ${notesDefinition}`);
  await client.execute("INSERT INTO notes SELECT 1000000000 + seq, CONCAT('old ', seq) FROM seq_1_to_20000");
  await client.close();
  const token = randomBytes(16).toString('hex');
  const service = await startNotesService(settings, 'notes');
  const buffer = await startHttpBuffer({
    routes: [{ listen: loopback, upstream: new URL(service.url) }],
    admin: loopback,
    token,
  });
  const traffic = new NotesTraffic({ url: `http://${buffer.routes[0]!.listen}`, rate, firstId: 1 });
  const layer = bufferOf(`http://${buffer.admin}`, { TIDEOVER_BUFFER_TOKEN: token });
  try {
    traffic.start();
    await traffic.more(requests / 4);
    const { hold } = await createMigration({ connection: settings, alter: [alter], buffers: [layer] }).run();
    await traffic.more(Math.max(requests / 4, requests - traffic.answered));
    const report = await traffic.stop();
    const { held, longestMs } = hold?.buffers[0]?.report ?? {};
    const differences = await traffic.differences(settings, 'notes');
    return { traffic: report, held: held ?? 0, longestHoldMs: Math.round(longestMs ?? 0), ...differences };
  } finally {
    await traffic.stop();
    await layer.close();
    await buffer.close(0);
    await service.close();
  }
}
