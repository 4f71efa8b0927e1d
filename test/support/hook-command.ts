/** A command for `exec:`: hands the message on its standard input to the endpoint at `argv[2]`, and prints the answer. */
import { text } from 'node:stream/consumers';

const response = await fetch(process.argv[2] ?? '', { method: 'POST', body: await text(process.stdin) });
if (!response.ok) {
  console.error(await response.text());
  process.exitCode = 1;
} else console.log(await response.text());
