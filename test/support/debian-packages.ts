import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.js';
import { runCommand } from './command.js';

const wanted = ['mariadb-server-core', 'mariadb-client-core'];

/**
 * Debian's (or Ubuntu's) MariaDB, unpacked into the cache; neither root nor an installation is needed.
 * Gives the folder that stands for `/`.
 */
export async function debianMariadb(): Promise<string> {
  const architecture = (await runCommand('dpkg', ['--print-architecture'])).trim();
  return cached(`debian-${architecture}`, async (folder) => {
    const downloads = join(folder, 'download');
    await mkdir(downloads);
    await download(downloads).catch(async () => {
      // A fresh machine has no package lists, and only root could fetch them to their usual place.
      await download(downloads, await ownLists(join(folder, 'apt')));
    });
    for (const file of await readdir(downloads)) {
      if (file.endsWith('.deb')) await runCommand('dpkg-deb', ['-x', join(downloads, file), folder]);
    }
    await rm(downloads, { recursive: true });
    await rm(join(folder, 'apt'), { recursive: true, force: true });
  });
}

/** Fetches package lists into `folder` and gives the apt options that use them. */
async function ownLists(folder: string): Promise<string[]> {
  await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
  await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    `Dir::State::lists=${join(folder, 'lists')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    'Debug::NoLocking=1',
  ].flatMap((option) => ['-o', option]);
  await runCommand('apt-get', ['update', '-q', ...options, ...asCaller]);
  return options;
}

/** apt's own download user cannot write into a private folder of root. */
const asCaller = ['-o', 'APT::Sandbox::User=root'];

async function download(folder: string, options: readonly string[] = []): Promise<void> {
  const packages = await missingPackages(options);
  await runCommand('apt-get', ['download', '-q', ...options, ...asCaller, ...packages], { cwd: folder });
}

/** The server, and those of its libraries that the machine lacks. */
async function missingPackages(options: readonly string[]): Promise<string[]> {
  const graph = await runCommand('apt-cache', [
    'depends',
    ...options,
    ...['--recurse', '--no-recommends', '--no-suggests', '--no-conflicts', '--no-breaks', '--no-replaces'],
    ...['--no-enhances', ...wanted],
  ]);
  // Lines that name a package start at the margin; "<name>" is a virtual one, and another architecture has a colon.
  const libraries = graph.split('\n').filter((line) => /^lib[a-z0-9.+-]+$/.test(line));
  const status = await runCommand('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\n']);
  const installed = new Set(
    status
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return [...wanted, ...new Set(libraries.filter((name) => !installed.has(name)))];
}
