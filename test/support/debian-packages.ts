import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { cached, exists } from './cache.js';
import { runCommand } from './command.js';

/** Another release than the machine's, from the same archive. */
export interface Release {
  /** Its code name. */
  readonly name: string;
  /** Programs that are wanted of it, as paths below `/`. */
  readonly programs: readonly string[];
}

export interface PackageOptions {
  /** Packages that come without what they need: for single files of them. */
  readonly alone?: readonly string[];
  /** Take the packages from this release, with everything they need down to the C library. */
  readonly release?: Release;
}

/**
 * Debian's (or Ubuntu's) `packages` with everything they need that the machine lacks, unpacked into the cache; neither root nor an
 * installation is needed, and no package's script is run. `name` is what people call the cache's folder by.
 * Gives the folder that stands for `/`. Rejects with what the tests need when apt cannot fetch it.
 */
export async function debianPackages(
  name: string,
  packages: readonly string[],
  options: PackageOptions = {},
): Promise<string> {
  const { alone = [], release } = options;
  const all = [...packages, ...alone, ...(release === undefined ? [] : [release.name])];
  const key = createHash('sha256').update(all.join(' ')).digest('hex').slice(0, 8);
  const label = release === undefined ? name : `${release.name}-${name}`;
  try {
    const architecture = (await runCommand('dpkg', ['--print-architecture'])).trim();
    return await cached(`debian-${architecture}-${label}-${key}`, (folder) => unpack(packages, alone, release, folder));
  } catch (error) {
    throw new Error(`the tests need Debian's packages ${all.join(', ')}, which cannot be fetched`, {
      cause: error,
    });
  }
}

/**
 * Replaces programs of `root`, which came from another release, by scripts that run them with that release's loader and libraries: the
 * machine's may be older. The folder may be moved afterwards.
 */
async function runWithOwnLibraries(root: string, programs: readonly string[]): Promise<void> {
  const folders = libraryFolders(root).map((folder) => relative(root, folder));
  const loader = folders
    .flatMap((folder) => readdirSync(join(root, folder)).map((file) => join(folder, file)))
    .find((path) => /\/ld-linux[^/]*\.so\.\d+$/.test(path));
  if (loader === undefined) throw new Error(`there is no loader in ${root}`);
  const libraries = folders.map((folder) => `$root/${folder}`).join(':');
  for (const program of programs) {
    const path = join(root, program);
    const up = relative(dirname(program), '.');
    await rename(path, `${path}.own`);
    await writeFile(
      path,
      `#!/bin/sh\nroot=$(cd "$(dirname "$0")/${up}" && pwd)\nexec "$root/${loader}" --library-path "${libraries}" "$0.own" "$@"\n`,
      { mode: 0o755 },
    );
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

async function unpack(
  packages: readonly string[],
  alone: readonly string[],
  release: Release | undefined,
  folder: string,
): Promise<void> {
  const apt = join(folder, 'apt');
  const archives = join(apt, 'cache', 'archives');
  await mkdir(join(archives, 'partial'), { recursive: true });
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  const cache = [`Dir::Cache=${join(apt, 'cache')}`];
  const ownLists = [...cache, `Dir::State::lists=${join(apt, 'lists')}`];
  const fetch = async (settings: readonly string[]): Promise<void> => {
    await download(packages, settings);
    if (alone.length > 0) {
      await runCommand('apt-get', ['download', '-q', ...aptOptions(settings), ...alone], { cwd: archives });
    }
  };
  const fetchAnew = async (settings: readonly string[]): Promise<void> => {
    await runCommand('apt-get', ['update', '-q', ...aptOptions(settings)]);
    await fetch(settings);
  };
  if (release === undefined) {
    // A fresh machine has no package lists or old ones, and only root could fetch them to their usual place.
    await fetch(cache).catch(() => fetchAnew(ownLists));
  } else {
    await runCommand('apt-get', ['update', '-q', ...aptOptions(ownLists)]);
    await fetchAnew([...ownLists, ...(await releaseSettings(apt, await sourceOf(release, ownLists)))]);
  }
  for (const file of await readdir(archives)) {
    if (file.endsWith('.deb')) await runCommand('dpkg-deb', ['-x', join(archives, file), folder]);
  }
  await rm(apt, { recursive: true });
  if (release !== undefined) await runWithOwnLibraries(folder, release.programs);
}

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The release's line of sources.list: from where the machine has its own one. */
async function sourceOf({ name }: Release, lists: readonly string[]): Promise<string> {
  const format = ['--format', '$(CODENAME) $(COMPONENT) $(REPO_URI)'];
  const targets = await runCommand('apt-get', [
    'indextargets',
    ...aptOptions(lists),
    ...format,
    'Created-By: Packages',
  ]);
  const codename = /^VERSION_CODENAME=(.*)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1] ?? '';
  const own = targets.split('\n').map((line) => line.split(' '));
  const archive = own.find(([release, component]) => release === codename && component === 'main')?.[2];
  if (archive === undefined) throw new Error(`apt knows no archive of this machine's release (${codename}), main`);
  return `deb ${existsSync(keyring) ? `[signed-by=${keyring}] ` : ''}${archive} ${name} main`;
}

/** As on a machine that knows this source only and has nothing installed. */
async function releaseSettings(apt: string, source: string): Promise<string[]> {
  const [sources, installed] = [join(apt, 'sources.list'), join(apt, 'status')];
  await writeFile(sources, `${source}\n`);
  await writeFile(installed, '');
  return [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=/dev/null',
    'Dir::Etc::preferencesparts=/dev/null',
    `Dir::State::status=${installed}`,
  ];
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
