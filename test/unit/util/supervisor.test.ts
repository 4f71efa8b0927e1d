import { describe, expect, it } from 'vitest';
import { pause } from '../../../src/util/pause.js';
import { Supervisor } from '../../../src/util/supervisor.js';

describe('Supervisor', () => {
  it('ends the main work with the failure of a loop', async () => {
    const supervisor = new Supervisor();
    supervisor.background(() => Promise.reject(new Error('tail broke')));
    await expect(supervisor.run(new Promise(() => undefined))).rejects.toThrow('tail broke');
    expect(supervisor.signal.aborted).toBe(true);
  });

  it('waits for its loops at the end', async () => {
    const supervisor = new Supervisor();
    let ended = false;
    supervisor.background(async () => {
      await pause(60_000, supervisor.signal);
      ended = true;
    });
    await expect(supervisor.run(Promise.resolve(7))).resolves.toBe(7);
    await supervisor.end();
    expect(ended).toBe(true);
  });
});
