import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/db/session.js';
import { record, watch } from '../support/binlog-recorder.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let db: TestDatabase;
let session: Session;

beforeAll(async () => {
  db = await testDatabase();
  session = await db.connect();
});
afterAll(async () => {
  await session.close();
  await db.drop();
});

describe('row changes', () => {
  it('tells every kind of change, in the order of the log', async () => {
    await session.execute('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(300), u INT UNIQUE)');
    await session.execute('CREATE TABLE other (id INT PRIMARY KEY)');
    await using recording = await record(db.server, session, [await watch(session, db.name, 't')]);
    const says = async (sql: string): Promise<string[]> => {
      await session.execute(sql);
      return recording.settle();
    };
    expect(await says("INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,REPEAT('c',300),3)")).toEqual([
      't written 1',
      't written 2',
      't written 3',
    ]);
    expect(await says("UPDATE t SET v = 'x' WHERE id = 1")).toEqual(['t written 1']);
    expect(await says('UPDATE t SET id = id + 10 WHERE id >= 2 ORDER BY id')).toEqual([
      't deleted 2',
      't written 12',
      't deleted 3',
      't written 13',
    ]);
    expect(await says('DELETE FROM t WHERE id = 12')).toEqual(['t deleted 12']);
    expect(await says("REPLACE INTO t VALUES (1,'r',13)")).toEqual(expect.arrayContaining(['t written 1']));
    expect(await says("INSERT INTO t VALUES (13,'x',5) ON DUPLICATE KEY UPDATE v = 'y'")).toEqual(['t written 13']);
    expect(await says('INSERT INTO other VALUES (1)')).toEqual([]);
  });
});
