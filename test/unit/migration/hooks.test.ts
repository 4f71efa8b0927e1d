import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { commandHook, runHooks } from '../../../src/migration/hooks.js';
import type { HookFacts } from '../../../src/migration/events.js';

const facts: HookFacts = {
  event: 'before-cutover',
  runId: 7,
  database: 'shop',
  tables: ['orders', 'items'],
  phase: 'ready',
};

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('hooks', () => {
  test('run in order, and the first that throws before the fact stops the run resumably', async () => {
    const calls: string[] = [];
    const note = (name: string) => () => Promise.resolve(void calls.push(name));
    const refuse = () => Promise.reject(new Error('not today'));
    await expect(runHooks([note('a'), note('b'), refuse, note('c')], facts)).rejects.toMatchObject({
      code: 'hook-refused',
      exitCode: 4,
      outcome: 'resumable',
      message: expect.stringContaining('not today') as string,
    });
    expect(calls).toEqual(['a', 'b']);
  });

  test.each(['after-cutover', 'failed'] as const)(
    'one that throws at %s is a warning, and the others run',
    async (event) => {
      const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const calls: string[] = [];
      const refuse = () => Promise.reject(new Error('mail is down'));
      await runHooks([refuse, () => Promise.resolve(void calls.push('b'))], { ...facts, event });
      expect(calls).toEqual(['b']);
      expect(warn).toHaveBeenCalledWith(expect.stringContaining('mail is down'), 'TideoverWarning');
    },
  );
});

describe('commands as hooks', () => {
  test('get the facts in their environment, and no password', async () => {
    vi.stubEnv('TIDEOVER_PASSWORD', 's3cret');
    vi.stubEnv('TIDEOVER_DSN', 'mariadb://root:s3cret@db1/shop');
    vi.stubEnv('KEPT', 'yes');
    const folder = await mkdtemp(join(tmpdir(), 'tideover-hooks-'));
    const file = join(folder, 'environment');
    vi.stubEnv('OUT', file);
    await commandHook('env > "$OUT"')({ ...facts, event: 'failed', error: 'copy-failed: x' });
    const environment = await readFile(file, 'utf8');
    await rm(folder, { recursive: true });
    for (const line of [
      'TIDEOVER_EVENT=failed',
      'TIDEOVER_RUN_ID=7',
      'TIDEOVER_DATABASE=shop',
      'TIDEOVER_TABLES=orders,items',
      'TIDEOVER_PHASE=ready',
      'TIDEOVER_ERROR=copy-failed: x',
      'KEPT=yes',
    ]) {
      expect(environment.split('\n')).toContain(line);
    }
    expect(environment).not.toContain('s3cret');
  });

  test('refuse by their exit code, or by a signal', async () => {
    await expect(commandHook('exit 3')(facts)).rejects.toThrow('"exit 3" exited with 3');
    await expect(commandHook('kill -9 $$')(facts)).rejects.toThrow('was ended by SIGKILL');
    await expect(commandHook('true')(facts)).resolves.toBeUndefined();
  });
});
