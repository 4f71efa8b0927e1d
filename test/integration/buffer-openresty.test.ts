import { describeBufferContract } from '../support/buffer-contract.js';
import { openNginxRig } from '../support/nginx-scene.js';

describeBufferContract('nginx with lua', () => openNginxRig());
