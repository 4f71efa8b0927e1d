/** An engine in a process of its own that stops at one point, to be harmed there. Its parent gives it a task and hears where it stands (`engine.ts`). */
import { bufferOf } from '../../../src/buffer/adapters.js';
import { Session } from '../../../src/db/session.js';
import { asTideoverError } from '../../../src/db/server-error.js';
import { createMigration } from '../../../src/migration/create.js';
import type { SyncPoint } from '../../../src/migration/points.js';
import { allSafeties } from '../../../src/util/safeties.js';
import type { EngineTask, FromEngine, OpenedSession } from './engine.js';

const opened: OpenedSession[] = [];
const open = Session.open.bind(Session);
Session.open = async (...how) => {
  const session = await open(...how);
  opened.push({ id: session.id, purpose: session.purpose });
  return session;
};

const told = (message: FromEngine): Promise<void> => new Promise((resolve) => process.send!(message, () => resolve()));

process.once('message', (task: EngineTask) => void run(task));

async function run({ stopAt, bufferToken, buffers, ...options }: EngineTask): Promise<void> {
  let stopped = false;
  const reached = async (point: SyncPoint): Promise<void> => {
    void told({ is: 'past', point });
    if (point !== stopAt || stopped) return;
    stopped = true;
    const goOn = new Promise((resolve) => process.once('message', resolve));
    await told({ is: 'at', sessions: opened });
    await goOn;
  };
  const environment = { TIDEOVER_BUFFER_TOKEN: bufferToken };
  const migration = createMigration(
    { ...options, buffers: buffers.map((spec) => bufferOf(spec, environment)) },
    allSafeties,
    reached,
  );
  migration.on('progress:made', ({ phase, rowsCopied }) => void told({ is: 'under way', phase, rowsCopied }));
  try {
    const { rowsCopied } = await migration.run();
    await told({ is: 'ended', code: null, exitCode: 0, message: '', rowsCopied });
    process.exit(0);
  } catch (error) {
    const { code, exitCode, message } = asTideoverError(error);
    await told({ is: 'ended', code, exitCode, message, rowsCopied: null });
    process.exit(exitCode);
  }
}
