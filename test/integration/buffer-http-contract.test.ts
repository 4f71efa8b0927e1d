import { describeBufferContract } from '../support/buffer-contract.js';
import { directly, openHttpRig } from '../support/http-rig.js';

describeBufferContract('tideover buffer', () => openHttpRig(directly));
