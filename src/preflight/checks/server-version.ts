import { field, serverRefusal, type Check } from '../context.js';

/** CRC32C, which the verifier stands on, came with 10.8; SKIP LOCKED, which the applier needs, with 10.6. */
const oldest = { major: 10, minor: 8 };

export const serverVersion: Check = async ({ session }) => {
  const version = field(await session.queryOne('SELECT VERSION() v'), 'v');
  if (!/mariadb/i.test(version)) {
    return [serverRefusal('not-mariadb', `the server is not MariaDB (${version})`, 'Only MariaDB is supported.')];
  }
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldest.major || (major === oldest.major && minor >= oldest.minor)) return [];
  return [
    serverRefusal(
      'server-too-old',
      `the server is ${version}; ${oldest.major}.${oldest.minor} or later is needed`,
      'Upgrade the server; 10.11 is the oldest that is tested.',
    ),
  ];
};
