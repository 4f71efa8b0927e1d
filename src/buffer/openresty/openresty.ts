import { TideoverError } from '../../errors.js';
import type { BufferLayer } from '../contract.js';
import { httpBuffer } from '../http/client.js';

/**
 * The gate for nginx with lua (`tideover/gate.lua` beside this file; `examples/openresty` has the configuration). Its admin API is that of the
 * embedded buffer, so its client is, too. `spec`: `openresty:http://HOST:ADMINPORT`. Throws `buffer-invalid`.
 */
export function openrestyBuffer(spec: string, token: string): BufferLayer {
  const url = /^openresty:(https?:\/\/.+)$/.exec(spec)?.[1];
  if (url === undefined) {
    throw new TideoverError(
      'buffer-invalid',
      `the buffer "${spec}" is not of the form openresty:http://HOST:ADMINPORT`,
      {
        hint: 'Give the address of the nginx server whose content_by_lua calls gate:admin().',
      },
    );
  }
  const layer = httpBuffer(url, token);
  return {
    name: `openresty:${layer.name}`,
    capabilities: layer.capabilities,
    preflight: async (holdMs) => {
      const obstacles = await layer.preflight(holdMs);
      return obstacles.map((text) => (/does not answer|is no tideover buffer/.test(text) ? `${text}\n${setUp}` : text));
    },
    hold: (request) => layer.hold(request),
    close: () => layer.close(),
  };
}

const setUp = [
  'nginx needs the gate: put the folder of its Lua files (dist/src/buffer/openresty of this package) on lua_package_path and add',
  '    lua_shared_dict tideover 2m;',
  '    init_by_lua_block { gate = require("tideover.admin").new({ token = … }) }',
  '    server { listen …; lua_check_client_abort on; access_by_lua_block { return gate:pass() } log_by_lua_block { gate:done() } location / { proxy_pass …; } }',
  '    server { listen 127.0.0.1:ADMINPORT; location / { content_by_lua_block { return gate:admin() } } }',
].join('\n');
