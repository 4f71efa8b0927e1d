import { spawn } from 'node:child_process';
import { request as httpRequest } from 'undici';
import { TideoverError } from '../../errors.js';
import { childEnvironment } from '../../util/child-environment.js';
import type { BufferLayer } from '../contract.js';
import { holdInChild } from '../watchdog.js';
import { holdThrough, hookCapabilities, preflightOf, type Ask } from './verbs.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A load balancer that we do not know, through `exec:COMMAND` or `callback:URL`. The command is run by a shell with the message as JSON on its standard
 * input and its verb in TIDEOVER_BUFFER_VERB, and must exit with 0; the URL gets the message by POST, with TIDEOVER_BUFFER_TOKEN as bearer token when there
 * is one, and must answer 2xx. Throws `buffer-invalid`.
 */
export function hookBuffer(spec: string, environment: Environment): BufferLayer {
  const layer = hookLayer(spec, environment);
  const child = { module: import.meta.url, factory: 'hookLayer', spec, environment };
  return { ...layer, hold: (request) => holdInChild(child, request) };
}

/** The same in this process: the hold ends with it, without a release. */
export function hookLayer(spec: string, environment: Environment): BufferLayer {
  const [, kind, target] = /^(exec|callback):(.+)$/s.exec(spec) ?? [];
  if (kind === undefined || target === undefined) throw invalid(spec);
  const ask = kind === 'exec' ? askCommand(target) : askUrl(target, environment['TIDEOVER_BUFFER_TOKEN']);
  const name = kind === 'exec' ? `exec:${target.split(/\s/)[0] ?? ''}` : `callback:${withoutSecrets(target)}`;
  return {
    name,
    capabilities: hookCapabilities,
    preflight: (holdMs) => preflightOf(name, ask, holdMs),
    hold: (request) => holdThrough(name, ask, request),
    close: () => Promise.resolve(),
  };
}

function askCommand(command: string): Ask {
  return (message, timeoutMs) =>
    new Promise((resolve, reject) => {
      const shell = spawn('sh', ['-c', command], {
        env: { ...childEnvironment(), TIDEOVER_BUFFER_VERB: message.verb },
        stdio: ['pipe', 'pipe', 'pipe'],
        timeout: Math.ceil(timeoutMs),
      });
      let [output, complaint] = ['', ''];
      shell.stdout.on('data', (data: Buffer) => (output += data.toString()));
      shell.stderr.on('data', (data: Buffer) => (complaint = (complaint + data.toString()).slice(-2_000)));
      shell.stdin.on('error', () => undefined); // it need not read
      shell.on('error', reject);
      shell.on('close', (code, signal) => {
        if (code === 0) resolve(jsonOf(output));
        else reject(new Error(lastLine(complaint) || (signal === null ? `exit code ${code}` : `ended by ${signal}`)));
      });
      shell.stdin.end(JSON.stringify(message));
    });
}

function askUrl(url: string, token: string | undefined): Ask {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw invalid(`callback:${url}`);
  return async (message, timeoutMs) => {
    const { statusCode, body } = await httpRequest(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(message),
      signal: AbortSignal.timeout(Math.ceil(timeoutMs)),
    });
    const text = await body.text();
    if (statusCode < 200 || statusCode > 299) throw new Error(`status ${statusCode}: ${text.slice(0, 200)}`);
    return jsonOf(text);
  };
}

/** The answer may be anything; JSON is understood. */
function jsonOf(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function withoutSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function invalid(spec: string): TideoverError {
  return new TideoverError('buffer-invalid', `"${spec}" is no hook`, {
    hint: 'Give exec:COMMAND, or callback:http://HOST:PORT/PATH.',
  });
}
