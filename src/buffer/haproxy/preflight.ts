import { setTimeout as delay } from 'node:timers/promises';
import { messageOf, TideoverError } from '../../errors.js';
import { type BackendState, readBackend, type ServerState } from './backend.js';
import { heldServers } from './held-backend.js';
import { Plug, plugHeader } from './plug.js';
import { ask } from './runtime.js';
import type { HaproxySpec } from './spec.js';

/** What it was tried with: Debian's 2.6; the commands are the same since 2.4, older ones are nobody's support. */
const oldest = [2, 4] as const;
/** They choose a server only when it has room; the hashing ones queue at the full one. */
const algorithms = new Set(['roundrobin', 'leastconn']);
/** HAProxy sees a closed connection at once. */
const forgetMs = 500;
const exampleAddress = '127.0.0.1:17999';

/** Every obstacle, one sentence with its remedy; changes nothing, but occupies the plug for `holdMs` to see that it may. */
export async function findObstacles(spec: HaproxySpec, secret: string, holdMs: number): Promise<readonly string[]> {
  let state: BackendState;
  let version: string;
  try {
    version = await ask(spec.socket, ['show info']);
    state = await readBackend(spec.socket, spec.backend);
  } catch (error) {
    return [sentence(error)];
  }
  const slot = state.servers.find(({ name }) => name === spec.plug);
  const obstacles = [...aboutVersion(version), ...(await aboutLevel(spec)), ...aboutBackend(state, spec)];
  if (slot === undefined) return [...obstacles, missingPlug(spec)];
  obstacles.push(...aboutSlot(slot, spec));
  if (obstacles.length > 0) return obstacles;
  return tryPlug(slot, spec, secret, holdMs);
}

function aboutVersion(info: string): string[] {
  const [, text = 'unknown', major, minor] = /^Version: ((\d+)\.(\d+)\S*)/m.exec(info) ?? [];
  const isOld =
    major === undefined || Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  return isOld ? [`HAProxy is version ${text}; ${oldest.join('.')} or newer is needed: upgrade it`] : [];
}

/** A command that only an admin may give and that changes nothing: without a value it complains about just that. */
async function aboutLevel(spec: HaproxySpec): Promise<string[]> {
  const answer = await ask(spec.socket, [`set server ${spec.backend}/${spec.plug}`]);
  return answer.includes('Permission denied')
    ? [
        'the runtime socket may not change servers: write "stats socket PATH mode 600 level admin" in the global section',
      ]
    : [];
}

function aboutBackend(state: BackendState, spec: HaproxySpec): string[] {
  const obstacles: string[] = [];
  if (state.mode !== 'http')
    obstacles.push(`backend ${spec.backend} is in mode ${state.mode}: write "mode http" in it`);
  if (state.algorithm !== '' && !algorithms.has(state.algorithm)) {
    obstacles.push(
      `backend ${spec.backend} has "balance ${state.algorithm}", which sends requests to full servers: write "balance roundrobin" or "balance leastconn" in it`,
    );
  }
  if (heldServers(state, spec).length === 0) {
    obstacles.push(
      `backend ${spec.backend} has no server in service: if a hold was cut off, say "set server ${spec.backend}/SERVER state ready" at the runtime socket`,
    );
  }
  return obstacles;
}

function serverLine(spec: HaproxySpec, address = exampleAddress): string {
  return `server ${spec.plug} ${address} maxconn 1 weight 0`;
}

function ruleLine(spec: HaproxySpec): string {
  return `use-server ${spec.plug} if { req.hdr(${plugHeader}) -m str "\${TIDEOVER_BUFFER_TOKEN}" }`;
}

function missingPlug(spec: HaproxySpec): string {
  return [
    `backend ${spec.backend} has no plug server "${spec.plug}": add these lines to it (any free port of tideover's machine; the token as tideover has it) and reload HAProxy:`,
    '    timeout queue 60s',
    `    ${ruleLine(spec)}`,
    `    ${serverLine(spec)}`,
  ].join('\n');
}

function aboutSlot(slot: ServerState, spec: HaproxySpec): string[] {
  if (slot.maxconn === 1 && slot.weight === 0 && !slot.isBackup && slot.admin === 'ready') return [];
  if (slot.admin !== 'ready')
    return [`server ${spec.backend}/${spec.plug} is in state ${slot.admin}: set it ready at the runtime socket`];
  const reason =
    slot.weight === 0 || slot.isBackup ? '' : '; it has a weight, so users come to it: a hold may be in force now';
  return [
    `server ${spec.backend}/${spec.plug} has not the form of a plug${reason}; its line must be:\n    ${serverLine(spec, `${slot.address}:${slot.port}`)}`,
  ];
}

/** Takes the slot and lets a second request of ours wait for it as long as users would. No user is held meanwhile, nothing reaches the service. */
async function tryPlug(slot: ServerState, spec: HaproxySpec, secret: string, holdMs: number): Promise<string[]> {
  let plug: Plug;
  try {
    plug = await Plug.listen(slot.address, slot.port, secret);
  } catch (error) {
    return [sentence(error)];
  }
  try {
    const lost = new AbortController();
    const occupied = await plug.occupy(spec.url, () => lost.abort());
    const began = Date.now();
    const waiting = plug.send(spec.url, 'HEAD');
    const outcome = await Promise.race([waiting.ended, delay(holdMs).then(() => undefined)]);
    const forgotten = outcome !== undefined || (await isForgotten(waiting, spec));
    await occupied.free();
    if (lost.signal.aborted)
      return [
        `HAProxy cut the plug's connection after less than ${holdMs} ms: look for a limit on the duration of requests`,
      ];
    if (!forgotten) {
      return [
        `requests of clients that left while they waited would still be executed: write "option abortonclose" in the defaults section (the frontend needs it too)`,
      ];
    }
    if (outcome === undefined) return [];
    return [
      `a request that waits for a server of ${spec.backend} got ${outcome} after ${Date.now() - began} ms, and a hold may take ${holdMs} ms: write "timeout queue ${Math.ceil((holdMs * 2) / 1000)}s" in the backend`,
    ];
  } catch (error) {
    return [
      `${messageOf(error)}: the secret differs, the url leads to another backend, or this rule is missing in backend ${spec.backend}:\n    ${ruleLine(spec)}`,
    ];
  } finally {
    await plug.close();
  }
}

/** Whether HAProxy takes a request whose client leaves out of the queue. */
async function isForgotten(waiting: { cancel(): void }, spec: HaproxySpec): Promise<boolean> {
  waiting.cancel();
  const end = Date.now() + forgetMs;
  while (Date.now() < end) {
    const state = await readBackend(spec.socket, spec.backend);
    if (state.servers.every(({ name, queued }) => name !== spec.plug || queued === 0)) return true;
    await delay(forgetMs / 20);
  }
  return false;
}

function sentence(error: unknown): string {
  return error instanceof TideoverError && error.hint !== undefined
    ? `${error.message}: ${error.hint}`
    : messageOf(error);
}
