import { describeBufferContract } from '../support/buffer-contract.js';
import { openHaproxyRig } from '../support/haproxy-scene.js';

// One thread: several accept connections that come at once in any order, and the contract's calls are 2 ms apart.
describeBufferContract('HAProxy', () => openHaproxyRig({ threads: 1 }));
describeBufferContract('HAProxy, three servers', () => openHaproxyRig({ servers: 3, threads: 1 }));
