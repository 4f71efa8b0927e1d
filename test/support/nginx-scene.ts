import { openrestyBuffer } from '../../src/buffer/openresty/openresty.js';
import type { BufferRig } from './buffer-contract.js';
import { freePort } from './free-port.js';
import { type Nginx, startNginx } from './nginx.js';
import { callNumber, type NumberedService, startNumberedService } from './numbered-service.js';

export const gateToken = 'the-token-of-the-gate';

export interface NginxScene {
  readonly nginx: Nginx;
  readonly service: NumberedService;
  readonly url: string;
  readonly admin: string;
  close(): Promise<void>;
}

export interface NginxSceneOptions {
  readonly workers?: number;
  /** Where the gate leads, when not to the service itself. */
  readonly upstream?: (service: NumberedService) => Promise<{ readonly port: number; close(): Promise<void> }>;
  readonly gateOptions?: string;
}

/** The http block of a gate; also what examples/openresty shows. */
export function gateConfiguration(ports: { front: number; admin: number; upstream: number }, gateOptions = ''): string {
  return `
  lua_shared_dict tideover 2m;
  init_by_lua_block {
    gate = require("tideover.admin").new({ token = "${gateToken}" ${gateOptions} })
  }
  server {
    listen 127.0.0.1:${ports.front} backlog=4096;
    lua_check_client_abort on;
    access_by_lua_block { return gate:pass() }
    log_by_lua_block { gate:done() }
    location / {
      proxy_pass http://127.0.0.1:${ports.upstream};
      proxy_next_upstream off;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }
  server {
    listen 127.0.0.1:${ports.admin};
    location / { content_by_lua_block { return gate:admin() } }
  }`;
}

export async function openNginxScene(options: NginxSceneOptions = {}): Promise<NginxScene> {
  const service = await startNumberedService();
  const behind = await options.upstream?.(service);
  const [front, admin] = [await freePort(), await freePort()];
  const configuration = gateConfiguration(
    { front, admin, upstream: behind?.port ?? service.port },
    options.gateOptions,
  );
  const nginx = await startNginx(configuration, front, options);
  return {
    nginx,
    service,
    url: `http://127.0.0.1:${front}`,
    admin: `http://127.0.0.1:${admin}`,
    close: async () => {
      await nginx.stop();
      await behind?.close();
      await service.close();
    },
  };
}

/** The scene as the contract's tests want it. */
export async function openNginxRig(options: NginxSceneOptions = {}): Promise<BufferRig> {
  const scene = await openNginxScene(options);
  const open = () => openrestyBuffer(`openresty:${scene.admin}`, gateToken);
  const [layer, other] = [open(), open()];
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
