import { afterEach, expect, test, vi } from 'vitest';
import { Emitter } from '../../../src/migration/emitter.js';

afterEach(() => vi.restoreAllMocks());

test('listeners are called in order until they are taken off', () => {
  const emitter = new Emitter();
  const calls: string[] = [];
  const first = ({ phase }: { phase: string }) => void calls.push(`first ${phase}`);
  const second = ({ phase }: { phase: string }) => void calls.push(`second ${phase}`);
  emitter.on('phase:entered', first).on('phase:entered', second).on('phase:entered', first);
  emitter.emit('phase:entered', { phase: 'copying' });
  emitter.off('phase:entered', first).off('phase:entered', first).off('phase:entered', first);
  emitter.emit('phase:entered', { phase: 'ready' });
  expect(calls).toEqual(['first copying', 'second copying', 'first copying', 'second ready']);
});

test('one function can listen to two events and leave one of them', () => {
  const emitter = new Emitter();
  const heard = vi.fn();
  emitter.on('cutover:postponed', heard).on('cutover:attempted', heard).off('cutover:attempted', heard);
  emitter.emit('cutover:attempted', { attempt: 1 });
  expect(heard).not.toHaveBeenCalled();
  emitter.emit('cutover:postponed', { notBefore: null });
  expect(heard).toHaveBeenCalledOnce();
});

test('a listener that throws, now or later, harms neither the run nor the other listeners', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  const emitter = new Emitter();
  const heard = vi.fn();
  emitter.on('cutover:postponed', () => {
    throw new Error('now');
  });
  emitter.on('cutover:postponed', async () => {
    await Promise.resolve();
    throw new Error('later');
  });
  emitter.on('cutover:postponed', heard);
  emitter.emit('cutover:postponed', { notBefore: null });
  expect(heard).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2));
});
