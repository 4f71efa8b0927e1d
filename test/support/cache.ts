import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** What tests may keep between runs: unpacked packages and template data directories. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'tideover');
}

/**
 * The cache's folder `name`; `build` fills it when it is not there yet. It is built beside its place and renamed, so a folder
 * that exists is complete, also when a build is interrupted or two processes build at once (the first one wins).
 */
export async function cached(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const place = join(cacheFolder(), name);
  if (await exists(place)) return place;
  await mkdir(dirname(place), { recursive: true });
  const draft = await mkdtemp(join(dirname(place), `.${basename(place)}-`));
  try {
    await build(draft);
    await rename(draft, place).catch(async (error: unknown) => {
      if (!(await exists(place))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return place;
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
