import { expect, onTestFinished, test } from 'vitest';
import { bufferOf } from '../../src/index.js';
import { httpBuffer } from '../../src/buffer/http/client.js';
import { describeBufferContract, type BufferRig } from '../support/buffer-contract.js';
import { startHookEndpoint, type HookEndpoint } from '../support/hook-endpoint.js';
import { bufferToken } from '../support/http-buffer.js';
import { openHttpRig } from '../support/http-rig.js';

/** A command for `exec:`, plain so that it starts at once: hands the message on its standard input to the endpoint, and prints the answer. */
const script = `
  import { text } from "node:stream/consumers";
  const response = await fetch(process.argv[1], { method: "POST", body: await text(process.stdin) });
  if (!response.ok) process.exitCode = 1;
  (response.ok ? process.stdout : process.stderr).write(await response.text());`;

/** A load balancer that only its own script knows; in truth the embedded buffer. */
function openRig(specOf: (endpoint: HookEndpoint) => string): Promise<BufferRig> {
  return openHttpRig(async (admin) => {
    const endpoint = await startHookEndpoint(httpBuffer(admin, bufferToken));
    const spec = specOf(endpoint);
    return { layer: bufferOf(spec, {}), other: bufferOf(spec, {}), close: () => endpoint.close() };
  });
}

describeBufferContract('callback:', () => openRig(({ url }) => `callback:${url}`));
describeBufferContract(
  'exec:',
  () => openRig(({ url }) => `exec:"${process.execPath}" --input-type=module --eval '${script}' ${url}`),
  { leaseMs: 2_000 }, // each verb starts a process
);

test('a command that fails says what it said, and nothing is held', async () => {
  const buffer = bufferOf('exec:echo no such pool >&2; exit 3', {});
  expect(await buffer.preflight(1_000)).toEqual([expect.stringContaining('no such pool')]);
  const hold = buffer.hold({ id: 'x', leaseMs: 1_000, deadlineMs: 1_000, maxHeld: 1 });
  await expect(hold).rejects.toMatchObject({
    code: 'buffer-failed',
    message: expect.stringContaining('no such pool') as string,
  });
});

test('an endpoint that is not there is an obstacle', async () => {
  const endpoint = await startHookEndpoint(bufferOf('none', {}));
  await endpoint.close();
  expect(await bufferOf(`callback:${endpoint.url}`, {}).preflight(1_000)).toHaveLength(1);
});

test('the verbs come in order, with what they need', async () => {
  const endpoint = await startHookEndpoint(bufferOf('none', {}));
  onTestFinished(() => endpoint.close());
  const hold = await bufferOf(`callback:${endpoint.url}`, {}).hold({
    id: 'run-1',
    leaseMs: 5_000,
    deadlineMs: 9_000,
    maxHeld: 7,
  });
  await hold.drain(1_500, new AbortController().signal);
  await hold.release({ window: 3 });
  expect(endpoint.messages).toEqual([
    { verb: 'hold', id: 'run-1', leaseMs: 5_000, deadlineMs: 9_000, maxHeld: 7 },
    { verb: 'drain', id: 'run-1', timeoutMs: 1_500 },
    { verb: 'release', id: 'run-1', window: 3 },
  ]);
});

test.each(['ftp://x', 'haproxy', 'exec:', 'callback:nowhere', '', 'http://127.0.0.1:1'])(
  '"%s" is refused before anything is held',
  (spec) => {
    expect(() => bufferOf(spec, {})).toThrow(expect.objectContaining({ code: 'buffer-invalid' }) as Error);
  },
);
