#!/usr/bin/env node
import { runCli } from './program.js';

/** A connection that does not end must not keep a finished command alive. */
const lingerMs = 2_000;

// A reader that goes away (`| head`) must not end a migration.
process.stdout.on('error', () => undefined);

process.exitCode = await runCli(process.argv);
setTimeout(() => process.exit(), lingerMs).unref();
