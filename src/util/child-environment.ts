/** Variables of ours that lead to the source, or are secret. */
const withheld = /^TIDEOVER_.*(?:DSN|DEFAULTS_FILE|PASSWORD|TOKEN|SECRET)$/;

/** This process's environment for programs of other people: hooks, buffers, migration tools. */
export function childEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !withheld.test(name)));
}
