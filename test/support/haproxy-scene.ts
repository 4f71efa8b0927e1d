import type { BufferRig } from './buffer-contract.js';
import { freePort } from './free-port.js';
import { type Haproxy, startHaproxy } from './haproxy.js';
import { callNumber, type NumberedService, startNumberedService } from './numbered-service.js';
import { haproxyBuffer } from '../../src/buffer/haproxy/haproxy.js';

export const plugSecret = 'the-secret-of-the-plug';

/** Lines of the configuration that a test wants otherwise. */
export interface SceneOptions {
  readonly servers?: number;
  readonly threads?: number;
  readonly level?: 'admin' | 'user';
  readonly plugLine?: (port: number) => string;
  readonly ruleLine?: string;
  readonly backendLines?: readonly string[];
  readonly defaultsLines?: readonly string[];
  readonly timeouts?: string;
}

export interface HaproxyScene {
  readonly haproxy: Haproxy;
  readonly service: NumberedService;
  /** What users call. */
  readonly url: string;
  readonly spec: string;
  close(): Promise<void>;
}

/** HAProxy with one backend before a real service. */
export async function openScene(options: SceneOptions = {}): Promise<HaproxyScene> {
  const service = await startNumberedService();
  const [front, plug] = [await freePort(), await freePort()];
  const servers = Array.from(
    { length: options.servers ?? 1 },
    (_, i) => `  server s${i + 1} 127.0.0.1:${service.port}`,
  );
  const haproxy = await startHaproxy(
    [
      'defaults',
      '  mode http',
      '  timeout connect 5s',
      '  timeout client 60s',
      '  timeout server 60s',
      `  timeout queue ${options.timeouts ?? '60s'}`,
      '  maxconn 4000',
      ...(options.defaultsLines ?? ['option abortonclose']).map((line) => `  ${line}`),
      'frontend api',
      `  bind 127.0.0.1:${front}`,
      '  option forwardfor',
      '  default_backend keystone',
      'backend keystone',
      ...(options.backendLines ?? []).map((line) => `  ${line}`),
      `  ${options.ruleLine ?? `use-server hold if { req.hdr(x-tideover-plug) -m str ${plugSecret} }`}`,
      ...servers,
      `  ${options.plugLine?.(plug) ?? `server hold 127.0.0.1:${plug} maxconn 1 weight 0`}`,
    ].join('\n'),
    options,
  );
  const url = `http://127.0.0.1:${front}`;
  return {
    haproxy,
    service,
    url,
    spec: `haproxy:${haproxy.socket}?backend=keystone&url=${url}/`,
    close: async () => {
      await haproxy.stop();
      await service.close();
    },
  };
}

/** The scene as the contract's tests want it. */
export async function openHaproxyRig(options: SceneOptions = {}): Promise<BufferRig> {
  const scene = await openScene(options);
  const [layer, other] = [haproxyBuffer(scene.spec, plugSecret), haproxyBuffer(scene.spec, plugSecret)];
  return {
    layer,
    other,
    call: (n, callOptions) => callNumber(scene.url, n, callOptions),
    answers: scene.service.answers,
    executed: scene.service.executed,
    close: async () => {
      await layer.close();
      await other.close();
      await scene.close();
    },
  };
}
