import { describe, expect, test } from 'vitest';
import { criticalLoad } from '../../../src/throttle/critical-load.js';
import { flowControl } from '../../../src/throttle/flow-control.js';
import { parseLoads } from '../../../src/throttle/loads.js';
import { maxLoad } from '../../../src/throttle/max-load.js';
import { checkpointAge, historyList } from '../../../src/throttle/redo-undo.js';

const status = (values: Readonly<Record<string, number>>): ReadonlyMap<string, number> =>
  new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));

describe('loads', () => {
  test('are read as other tools read them', () => {
    expect(parseLoads('', 'max-load')).toEqual([]);
    expect(parseLoads('Threads_running=25, Threads_connected=500', 'max-load')).toEqual([
      { variable: 'Threads_running', limit: 25 },
      { variable: 'Threads_connected', limit: 500 },
    ]);
  });

  test.each(['Threads_running', 'Threads_running=', 'Threads_running=-1', '=5', 'a=1,,b=2'])('"%s" is none', (text) => {
    expect(() => parseLoads(text, 'max-load')).toThrow(/--max-load cannot be read/);
  });

  test('the limit itself is too much, and the first that is over is named', () => {
    const rule = maxLoad({ maxLoad: 'Threads_running=25,Threads_connected=500' });
    expect(rule.judge(status({ Threads_running: 24, Threads_connected: 499 }))).toBeNull();
    expect(rule.judge(status({ Threads_running: 24, Threads_connected: 501 }))).toBe('Threads_connected 501 >= 500');
    expect(() => rule.judge(status({ Threads_running: 24 }))).toThrow('the server has no number Threads_connected');
  });

  test('the limit is read anew, as an operator may change it', () => {
    const limits = { maxLoad: '' };
    const rule = maxLoad(limits);
    expect(rule.variables()).toEqual([]);
    limits.maxLoad = 'Threads_running=3';
    expect(rule.variables()).toEqual(['Threads_running']);
    expect(rule.judge(status({ Threads_running: 3 }))).toBe('Threads_running 3 >= 3');
  });

  test('a critical load throttles at once, and stops the run only when it lasts', () => {
    const limits = { criticalLoad: 'Threads_running=100', criticalLoadMs: 3_600_000 };
    const errors: unknown[] = [];
    const rule = criticalLoad(limits, (error) => errors.push(error));
    const high = status({ Threads_running: 120 });
    expect(rule.judge(high)).toBe('Threads_running 120 >= 100 (critical)');
    expect(errors).toEqual([]);
    expect(rule.judge(status({ Threads_running: 1 }))).toBeNull();
    limits.criticalLoadMs = 0;
    rule.judge(high);
    expect(errors).toEqual([expect.objectContaining({ code: 'load-critical', exitCode: 4, outcome: 'resumable' })]);
  });
});

describe('flow control', () => {
  const paused = (seconds: number) => status({ wsrep_flow_control_paused_ns: seconds * 1e9 });

  test('is the share of the time between two looks', () => {
    let now = 0;
    const rule = flowControl({ maxFlowControl: 10 }, () => now);
    expect(rule.judge(paused(5))).toBeNull();
    now = 10_000;
    expect(rule.judge(paused(5.5))).toBeNull();
    now = 20_000;
    expect(rule.judge(paused(8.5))).toBe('flow-control 30% > 10%');
    now = 30_000;
    expect(rule.judge(paused(8.5))).toBeNull();
    now = 40_000;
    expect(rule.judge(paused(0))).toBeNull();
  });

  test('is not asked again where the server is no Galera node', () => {
    const rule = flowControl({ maxFlowControl: 10 });
    expect(rule.variables()).toHaveLength(1);
    expect(rule.judge(status({}))).toBeNull();
    expect(rule.variables()).toEqual([]);
  });
});

describe('undo and redo', () => {
  test('have no limit unless one is given', () => {
    expect(historyList({ maxHistory: 0 }).variables()).toEqual([]);
    expect(checkpointAge({ maxCheckpointAge: 0 }).variables()).toEqual([]);
  });

  test('read as signal, observed, limit', () => {
    expect(historyList({ maxHistory: 100 }).judge(status({ Innodb_history_list_length: 101 }))).toBe(
      'history-list 101 > 100',
    );
    const redo = checkpointAge({ maxCheckpointAge: 80 });
    expect(redo.judge(status({ Innodb_checkpoint_age: 80, Innodb_checkpoint_max_age: 100 }))).toBeNull();
    expect(redo.judge(status({ Innodb_checkpoint_age: 85, Innodb_checkpoint_max_age: 100 }))).toBe(
      'checkpoint-age 85% > 80%',
    );
  });
});
