import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMigration, bufferOf, startHttpBuffer, type HttpBuffer, type Report } from '../../src/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { bufferToken } from '../support/http-buffer.js';
import { notesDefinition, startNotesService, type NotesService } from '../support/notes-service.js';
import { NotesTraffic } from '../support/notes-traffic.js';

const alter = ['ALTER TABLE notes ADD COLUMN stars INT NOT NULL DEFAULT 0, ADD INDEX (stars)'];
const loopback = { host: '127.0.0.1', port: 0 };
const environment = { TIDEOVER_BUFFER_TOKEN: bufferToken };

let database: TestDatabase;
let service: NotesService;
let buffer: HttpBuffer;

beforeAll(async () => {
  database = await testDatabase();
  await database.query(`CREATE TABLE notes ${notesDefinition}`);
  await database.query("INSERT INTO notes SELECT 1000000000 + seq, CONCAT('old ', seq) FROM seq_1_to_20000");
  service = await startNotesService(database.settings, 'notes');
  buffer = await startHttpBuffer({
    routes: [{ listen: loopback, upstream: new URL(service.url) }],
    admin: loopback,
    token: bufferToken,
  });
});

afterAll(async () => {
  await buffer.close(0);
  await service.close();
  await database.drop();
});

/** Runs `work` while clients create and delete notes through the buffer; afterwards every acknowledged note is there, once. */
async function underTraffic<T>(work: (traffic: NotesTraffic) => Promise<T>, firstId: number): Promise<T> {
  const traffic = new NotesTraffic({ url: `http://${buffer.routes[0]!.listen}`, rate: 100, firstId });
  await database.query("DELETE FROM notes WHERE body LIKE 'note %'");
  traffic.start();
  await traffic.more(50);
  const result = await work(traffic);
  await traffic.more(50);
  const report = await traffic.stop();
  console.info(JSON.stringify(report));
  expect(report.failed).toEqual({});
  expect(await traffic.differences(database.settings, 'notes')).toEqual({ lost: 0, phantom: 0 });
  return result;
}

describe('a cutover behind the embedded buffer', () => {
  test('a rehearsal holds, locks and drains, and switches nothing', async () => {
    const migration = createMigration({
      connection: database.settings,
      alter,
      buffers: [bufferOf(`http://${buffer.admin}`, environment)],
    });
    const rehearsals = await underTraffic(() => migration.rehearse(3), 1);
    expect(rehearsals).toHaveLength(3);
    for (const { failure, lockMs, hold } of rehearsals) {
      expect(failure).toBeNull();
      expect(lockMs).toBeGreaterThan(0);
      expect(hold!.holdMs).toBeGreaterThan(0);
      expect(hold!.buffers[0]!.report).toMatchObject({ rejected: 0, displacement: 0 });
    }
    expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(2);
  });

  test('holds the requests, changes the service inside the hold, and lets every request be answered once', async () => {
    const switchedWith: number[] = [];
    const migration = createMigration({
      connection: database.settings,
      alter,
      buffers: [bufferOf(`http://${buffer.admin}`, environment)],
      hooks: {
        switched: [
          async () => {
            switchedWith.push((await database.query('SHOW COLUMNS FROM notes')).length);
            await new Promise((resolve) => setTimeout(resolve, 200));
          },
        ],
      },
    });
    const steps: string[] = [];
    migration.on('hold:stepped', ({ step }) => steps.push(step));
    const report: Report = await underTraffic(() => migration.run(), 100_000);
    console.info(JSON.stringify(report.hold), JSON.stringify(report.cutover));
    expect(report.lostWrites).toBe(0);
    expect(switchedWith).toEqual([3]);
    expect(steps.slice(-3)).toEqual(['held', 'drained', 'released']);
    const { held, answered, rejected, displacement } = report.hold!.buffers[0]!.report!;
    expect(held).toBeGreaterThan(10);
    expect(answered).toBe(held);
    expect({ rejected, displacement }).toEqual({ rejected: 0, displacement: 0 });
    expect(await database.query('SHOW COLUMNS FROM notes')).toHaveLength(3);
  });
});
