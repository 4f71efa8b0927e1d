import { setTimeout as delay } from 'node:timers/promises';
import { currentPosition } from '../../src/binlog/position.js';
import { buildDeferredIndexes } from '../../src/copy/load-form.js';
import { Server } from '../../src/db/server.js';
import type { Checkpoint } from '../../src/journal/journal.js';
import { prepareLoading } from '../../src/migration/copying.js';
import { Engine, type EngineTable } from '../../src/migration/engine.js';
import { settingsOf } from '../../src/migration/options.js';
import { makePlan } from '../../src/plan/make-plan.js';
import type { Plan } from '../../src/plan/plan.js';
import { changeOfRecord } from '../../src/plan/source.js';
import { createShadow } from '../../src/plan/shadow.js';
import { keySelectSql } from '../../src/schema/key-literal.js';
import { quoteTable } from '../../src/schema/names.js';
import { shadowKeySelectSql } from '../../src/schema/shadow-key.js';
import { allSafeties, type Safeties } from '../../src/util/safeties.js';
import { testDatabase, type TestDatabase } from './database.js';
import type { TestServer } from './server.js';

export interface SceneOptions {
  /** Statements that make and fill the tables. */
  readonly create: readonly string[];
  /** Fills them further. */
  readonly fill?: (database: TestDatabase) => Promise<void>;
  /** The migrated tables; each gets a new column. Tables that InnoDB's cascades pass on the way to them are followed, other parents watched. */
  readonly migrate: readonly string[];
  /** More ALTER statements. */
  readonly alter?: readonly string[];
  readonly safeties?: Partial<Safeties>;
  readonly server?: TestServer;
  readonly maxBacklog?: number;
}

/** An engine over tables with foreign keys, which moves when the test says so. */
export class CascadeScene {
  readonly database: TestDatabase;
  readonly server: Server;
  readonly plan: Plan;
  engine: Engine;
  /** Of comparisons: what the verifier could not explain, as `table key`. */
  readonly unexplained: string[] = [];
  readonly #safeties: Safeties;
  readonly #maxBacklog: number;

  private constructor(
    database: TestDatabase,
    plan: Plan,
    engine: Engine,
    safeties: Safeties,
    server: Server,
    maxBacklog: number,
  ) {
    this.database = database;
    this.#maxBacklog = maxBacklog;
    this.plan = plan;
    this.engine = engine;
    this.server = server;
    this.#safeties = safeties;
  }

  static async open(options: SceneOptions): Promise<CascadeScene> {
    const database = await testDatabase(options.server);
    for (const statement of options.create) await database.query(statement);
    await options.fill?.(database);
    const server = new Server(database.settings);
    const safeties = { ...allSafeties, ...options.safeties };
    const alter = [
      ...options.migrate.map((table) => `ALTER TABLE ${table} ADD COLUMN note INT NOT NULL DEFAULT 7`),
      ...(options.alter ?? []),
    ];
    const made = await makePlan(server, { database: database.name, change: changeOfRecord(alter) });
    if (made.refusals.length > 0) throw new Error(JSON.stringify(made.refusals));
    const { plan, checkpoint } = await server.withSession('preparing a scene', async (session) => {
      await createShadow(server, made.plan);
      await prepareLoading(session, made.plan, settingsOf({ connection: database.settings, alter }));
      const position = await currentPosition(session);
      return { plan: made.plan, checkpoint: { position, pending: [], tables: [] } };
    });
    const scene = new CascadeScene(
      database,
      plan,
      undefined as unknown as Engine,
      safeties,
      server,
      options.maxBacklog ?? 200_000,
    );
    await scene.start(checkpoint);
    return scene;
  }

  /** Opens the engine at a checkpoint. */
  async start(checkpoint: Checkpoint): Promise<void> {
    this.engine = await Engine.open({
      server: this.server,
      settings: settingsOf({
        connection: this.database.settings,
        alter: ['ALTER TABLE t FORCE'],
        chunkTimeMs: 20,
        maxBacklog: this.#maxBacklog,
      }),
      safeties: this.#safeties,
      plan: this.plan,
      checkpoint,
      onDiffering: (table, keys) => this.unexplained.push(...keys.map((key) => `${table} ${key}`)),
    });
  }

  /** Ends the engine; `as` a crash, nothing is finished. */
  async stop(): Promise<void> {
    await this.engine.close(Promise.resolve());
  }

  /** Copies everything that is left. */
  copy(): Promise<void> {
    return this.engine.copier.run(this.engine.signal, this.engine.admit);
  }

  table(name: string): EngineTable {
    return this.engine.tables.find(({ mapping }) => mapping.table === name)!;
  }

  /** Resolves when every chunk of the table is copied. */
  async copied(table: string): Promise<void> {
    while (!this.engine.copier.states.some((state) => state.table === table && state.copyDone)) await delay(5);
  }

  /** Runs statements of the service, all in one session. */
  async write(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.database.query(statement);
  }

  /** The engine has heard of everything that was written, and the rounds have applied what can be applied. */
  async heard(): Promise<void> {
    const position = await this.server.withSession('a test', currentPosition);
    await this.engine.tail.reached(position, 30_000);
  }

  async rounds(count: number): Promise<void> {
    for (let round = 0; round < count; round += 1) await this.engine.rounds.next();
  }

  /** What the drain does when the service is locked out. */
  async drain(): Promise<void> {
    await this.heard();
    for (let round = 0; this.engine.rounds.backlog > 0; round += 1) {
      if (round === 100) throw new Error(`${this.engine.rounds.backlog} keys and causes do not go away`);
      await this.engine.rounds.next();
    }
  }

  /** From the copy to the drain, without the comparison. */
  async finish(): Promise<void> {
    await this.engine.hold();
    await this.server.withSession('building indexes', async (session) => {
      for (const { mapping } of this.engine.tables) await buildDeferredIndexes(session, mapping.shadow);
    });
    this.engine.rounds.followAgain();
    await this.drain();
    await this.engine.verifier.sweepOrphans(() => 2, this.engine.signal, this.engine.admit);
    await this.drain();
  }

  /** Compares everything as a run does, until nothing is left to compare. */
  async verify(): Promise<void> {
    await this.engine.verifier.scan(() => 2, this.engine.signal, this.engine.admit);
    do {
      await this.drain();
      await this.engine.verifier.compareDirty();
    } while (this.engine.verifier.unverified > 0);
  }

  /** Rows that are not the same on both sides, as `table side key values`. */
  async differences(): Promise<string[]> {
    const lines: string[] = [];
    for (const { mapping } of this.engine.tables) {
      const { table, source, shadow, key, columns } = mapping;
      const rows = async (side: 'source' | 'shadow', keySql: string): Promise<string[]> =>
        (
          await this.database.query(
            `SELECT ${keySql} AS k, JSON_ARRAY(${columns.map((column) => `HEX(${column[side].name})`).join(', ')}) AS r FROM ${quoteTable((side === 'source' ? source : shadow).name)} t`,
          )
        ).map((row) => `${row.k!} ${row.r!}`);
      const now = new Set(await rows('source', keySelectSql(key.columns, 't')));
      const copied = new Set(await rows('shadow', shadowKeySelectSql(key)));
      lines.push(...[...now].filter((row) => !copied.has(row)).map((row) => `${table} lacks ${row}`));
      lines.push(...[...copied].filter((row) => !now.has(row)).map((row) => `${table} still has ${row}`));
    }
    return lines.sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.database.drop();
  }
}
