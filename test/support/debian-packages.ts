import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { cached, exists } from './cache.js';
import { runCommand } from './command.js';

/**
 * Debian's (or Ubuntu's) `packages` with everything they need that the machine lacks, unpacked into the cache; neither root nor an
 * installation is needed, and no package's script is run. `name` is what people call the cache's folder by.
 * Gives the folder that stands for `/`. Rejects with what the tests need when apt cannot fetch it.
 */
export async function debianPackages(name: string, packages: readonly string[]): Promise<string> {
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  try {
    const architecture = (await runCommand('dpkg', ['--print-architecture'])).trim();
    return await cached(`debian-${architecture}-${name}-${key}`, (folder) => unpack(packages, folder));
  } catch (error) {
    throw new Error(`the tests need Debian's packages ${packages.join(', ')}, which cannot be fetched`, {
      cause: error,
    });
  }
}

/** The environment in which programs of `root` find each other and their libraries. */
export function debianEnvironment(root: string): NodeJS.ProcessEnv {
  const folders = programFolders.map((folder) => join(root, folder));
  return {
    ...process.env,
    PATH: [...folders, process.env['PATH'] ?? ''].join(delimiter),
    LD_LIBRARY_PATH: libraryFolders(root).join(delimiter),
  };
}

/** A program on the PATH, also where distributions keep daemons that a user's PATH leaves out; undefined when there is none. */
export async function programOnPath(name: string): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/usr/local/sbin');
  for (const folder of folders) {
    const path = join(folder, name);
    if (folder !== '' && (await exists(path))) return path;
  }
  return undefined;
}

const programFolders = ['usr/sbin', 'usr/bin', 'sbin', 'bin'];

function libraryFolders(root: string): string[] {
  return ['usr/lib', 'lib']
    .map((folder) => join(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((folder) => folder.endsWith('-linux-gnu') || folder.endsWith('-linux-gnueabihf'));
}

async function unpack(packages: readonly string[], folder: string): Promise<void> {
  const apt = join(folder, 'apt');
  const archives = join(apt, 'cache', 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await download(packages, [`Dir::Cache=${join(apt, 'cache')}`]).catch(async () => {
    // A fresh machine has no package lists or old ones, and only root could fetch them to their usual place.
    await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
    const ownLists = [`Dir::Cache=${join(apt, 'cache')}`, `Dir::State::lists=${join(apt, 'lists')}`];
    await runCommand('apt-get', ['update', '-q', ...aptOptions(ownLists)]);
    await download(packages, ownLists);
  });
  for (const file of await readdir(archives)) {
    if (file.endsWith('.deb')) await runCommand('dpkg-deb', ['-x', join(archives, file), folder]);
  }
  await rm(apt, { recursive: true });
}

/** apt resolves what is missing; a named package comes also when it is installed, because its program was not found where it belongs. */
async function download(packages: readonly string[], settings: readonly string[]): Promise<void> {
  const resolve = ['--yes', '--download-only', '--reinstall', '--no-install-recommends'];
  await runCommand('apt-get', ['install', '-q', ...resolve, ...aptOptions(settings), ...packages]);
}

/** apt's own download user cannot write into a private folder of root, and only root may take the locks of a real installation. */
function aptOptions(settings: readonly string[]): string[] {
  return ['Debug::NoLocking=1', 'APT::Sandbox::User=root', ...settings].flatMap((option) => ['-o', option]);
}
