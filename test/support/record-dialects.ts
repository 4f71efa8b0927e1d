import { openDump } from '../../src/binlog/dump.js';
import { EventReader } from '../../src/binlog/event-reader.js';
import { comparePositions, type WatchedTable } from '../../src/binlog/source.js';
import { currentPosition } from '../../src/binlog/tail.js';
import { ServerError } from '../../src/db/server-error.js';
import { Server } from '../../src/db/server.js';
import type { Session } from '../../src/db/session.js';
import { messageOf, TideoverError } from '../../src/errors.js';
import { Recorder, watch } from './binlog-recorder.js';
import { encryptBinlog } from './encrypted-server.js';
import { dialects, dialectTables, type Dialect } from './dialects.js';
import { saveRecordedLog, type RecordedLog } from './recorded-log.js';
import { startServer, type TestServer } from './server.js';

// Writes the recordings of `recorded-log.ts` anew, from the server that the tests would take. `npm run record:dialects`

const schema = 'd';
const keyed = ['t', 'numbers', 'times', 'texts', 'wide'];

/** The server's version, major and minor. */
async function versionOf(session: Session): Promise<string> {
  const { version } = await session.queryOne('SELECT VERSION() AS version');
  return /^\d+\.\d+/.exec(version ?? '')![0];
}

async function watchedTables(session: Session): Promise<WatchedTable[]> {
  const { table, source } = await watch(session, schema, 'parent');
  const [id, a, b] = source.columns;
  const referenced = [[id!], [a!, b!]].map((columns) => ({ columns, inserts: true }));
  const tables = await Promise.all(keyed.map((table) => watch(session, schema, table)));
  return [...tables, { table, source, key: null, referenced }];
}

async function prepare(session: Session, dialect: Dialect): Promise<void> {
  for (const [name, value] of Object.entries(dialect.globals ?? {})) {
    await session.execute(`SET GLOBAL ${name} = ${value}`);
  }
  await session.execute(`DROP DATABASE IF EXISTS ${schema}`);
  await session.execute(`CREATE DATABASE ${schema} CHARACTER SET utf8mb4`);
  await session.execute(`USE ${schema}`);
  for (const sql of dialectTables) await session.execute(sql);
}

async function recordDialect(server: TestServer, dialect: Dialect): Promise<RecordedLog> {
  const session = await server.connect();
  await prepare(session, dialect);
  const watched = await watchedTables(session);
  const from = await currentPosition(session);
  for (const sql of dialect.statements) await session.execute(sql).catch(expectCacheFull);
  for (const name of Object.keys(dialect.globals ?? {})) await session.execute(`SET GLOBAL ${name} = DEFAULT`);
  await session.execute('SET GLOBAL binlog_checksum = DEFAULT');
  const end = await currentPosition(session);
  const name = `${await versionOf(session)}-${dialect.name}`;
  await session.close();

  const recorder = new Recorder(watched);
  const reader = new EventReader({ from, watched, sink: recorder });
  const events: Buffer[] = [];
  let isOver = false;
  const error = await new Promise<string | null>((resolve, reject) => {
    const dump = openDump({
      connection: new Server(server.settings('mysql')).connectionOptions,
      from,
      heartbeatMs: 100,
      onEvent: (event) => {
        if (isOver) return;
        events.push(Buffer.from(event));
        try {
          reader.take(event);
          if (comparePositions(reader.boundary, end) < 0) return;
          isOver = true;
          void dump.stop().then(() => resolve(null));
        } catch (thrown) {
          isOver = true;
          void dump.stop().then(() => resolve(thrown instanceof TideoverError ? thrown.code : messageOf(thrown)));
        }
      },
      onEnd: reject,
      onSign: () => undefined,
    });
  });
  return { name, from, watched, events, told: recorder.lines, error };
}

/** Error 1705: that is what the incident comes from. */
function expectCacheFull(error: unknown): void {
  if (!(error instanceof ServerError) || error.errno !== 1705) throw error;
}

const server = await startServer();
try {
  let isEncrypted = false;
  for (const dialect of dialects) {
    if (dialect.encrypted && !isEncrypted) {
      await encryptBinlog(server);
      isEncrypted = true;
    }
    const log = await recordDialect(server, dialect);
    saveRecordedLog(log);
    console.log(`${log.name}: ${log.events.length} events, ${log.told.length} lines, ${log.error ?? 'no error'}`);
  }
} finally {
  await server.stop();
}
