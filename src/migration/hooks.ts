import { spawn } from 'node:child_process';
import { messageOf, TideoverError } from '../errors.js';
import type { Phase } from '../journal/journal.js';
import { childEnvironment } from '../util/child-environment.js';
import type { Hook, HookEvent, HookFacts, Report } from './events.js';
import type { RunContext } from './running.js';

/**
 * Calls the hooks of one event, one after the other. In a `before-` event the first that throws stops the rest, as
 * `hook-refused`; at `switched` it is `switch-failed`. After the fact nothing can be refused any more: there a throw becomes a process warning and the next hook is called.
 */
export async function runHooks(hooks: readonly Hook[], facts: HookFacts): Promise<void> {
  for (const hook of hooks) {
    try {
      await hook(facts);
    } catch (error) {
      if (facts.event.startsWith('before-')) throw refusal(facts, error);
      if (facts.event === 'switched' || facts.event === 'switched-back') throw notSwitched(error);
      process.emitWarning(`a ${facts.event} hook failed: ${messageOf(error)}`, 'TideoverWarning');
    }
  }
}

/** The hooks of one moment of a run; says that they ran when there were any. */
export async function tellHooks(
  { settings, emitter }: Pick<RunContext, 'settings' | 'emitter'>,
  event: HookEvent,
  { runId, database, tables }: Pick<Report, 'runId' | 'database' | 'tables'>,
  phase: Phase,
  error?: string,
): Promise<void> {
  const hooks = settings.hooks[event] ?? [];
  if (hooks.length === 0) return;
  const startedAt = performance.now();
  await runHooks(hooks, { event, runId, database, tables, phase, ...(error === undefined ? {} : { error }) });
  emitter.emit('hook:ran', { event, durationMs: Math.round(performance.now() - startedAt) });
}

function notSwitched(cause: unknown): TideoverError {
  return new TideoverError(
    'switch-failed',
    `the new tables are live, but changing the service failed: ${messageOf(cause)}`,
    {
      cause,
      hint: 'The service still runs its old code, on the new tables. Switch it by hand; nothing else is left to do.',
    },
  );
}

function refusal(facts: HookFacts, cause: unknown): TideoverError {
  return new TideoverError('hook-refused', `a ${facts.event} hook stopped the run: ${messageOf(cause)}`, {
    cause,
    hint: 'Mend what the hook complains about and run the same command again: it continues.',
  });
}

/**
 * A hook that runs `command` in a shell, with the facts as `TIDEOVER_*` in its environment and without our secrets. Its
 * output goes to stderr, because stdout belongs to the run. Throws when it exits with anything but 0. Runs as long as it likes.
 */
export function commandHook(command: string): Hook {
  return (facts) =>
    new Promise((resolve, reject) => {
      const shell = spawn('sh', ['-c', command], { env: environmentOf(facts), stdio: ['ignore', 2, 2] });
      shell.on('error', reject);
      shell.on('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`"${command}" ${signal === null ? `exited with ${code}` : `was ended by ${signal}`}`));
      });
    });
}

/** This process's environment with the facts, and without what a hook has no business with. */
function environmentOf(facts: HookFacts): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(),
    TIDEOVER_EVENT: facts.event,
    TIDEOVER_RUN_ID: String(facts.runId),
    TIDEOVER_DATABASE: facts.database,
    TIDEOVER_TABLES: facts.tables.join(','),
    TIDEOVER_PHASE: facts.phase,
    TIDEOVER_ERROR: facts.error ?? '',
  };
}
