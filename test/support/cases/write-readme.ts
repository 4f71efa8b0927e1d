import { readFileSync, writeFileSync } from 'node:fs';
import { readCorpus } from './corpus.js';
import { withCaseTable } from './readme-table.js';

/** `npm run cases:readme`: puts the corpus's table into the README. */
const readme = new URL('../../../README.md', import.meta.url);
writeFileSync(readme, withCaseTable(readFileSync(readme, 'utf8'), readCorpus()));
