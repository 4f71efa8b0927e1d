#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { runCli } from './program.js';

/** A connection that does not end must not keep a finished command alive. */
const lingerMs = 2_000;

// A binlog makes much short-lived garbage; V8 would rather take memory than collect it. So the engine stays below 200 MB, and is no slower.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=40');

// A reader that goes away (`| head`) must not end a migration.
process.stdout.on('error', () => undefined);

process.exitCode = await runCli(process.argv);
setTimeout(() => process.exit(), lingerMs).unref();
