import { describe, expect, it } from 'vitest';
import { tokenize, type LexicalMode } from '../../../src/util/sql-tokens.js';

const short = { word: 'w', 'quoted-identifier': 'q', string: 's', number: 'n', symbol: '' } as const;

function cut(sql: string, mode?: LexicalMode): string[] {
  return tokenize(sql, mode).map((token) =>
    token.kind === 'symbol' ? token.text : `${short[token.kind]}:${token.text}`,
  );
}

describe('tokenize', () => {
  it.each<[string, string[]]>([
    ['ALTER TABLE t1', ['w:ALTER', 'w:TABLE', 'w:t1']],
    ['a.b', ['w:a', '.', 'w:b']],
    ['`a``b` . `c`', ['q:a`b', '.', 'q:c']],
    ['db.1t', ['w:db', '.', 'w:1t']],
    ['db.1', ['w:db', '.', 'w:1']],
    ['t1.5e3', ['w:t1', '.', 'w:5e3']],
    ['`t`.5', ['q:t', '.', 'w:5']],
    ['1a 2 3.5 .5 1e5 1e 0xFF 0b01 1.', ['w:1a', 'n:2', 'n:3.5', 'n:.5', 'n:1e5', 'w:1e', 'n:0xFF', 'n:0b01', 'n:1.']],
    ["'it''s' 'a\\'b\\n' \"x\"\"y\"", ["s:it's", "s:a'b\n", 's:x"y']],
    ["x'41' _utf8mb4'é'", ['w:x', 's:41', 'w:_utf8mb4', 's:é']],
    ['straße täble$1', ['w:straße', 'w:täble$1']],
    ['a -- b\nc # d\ne --f', ['w:a', 'w:c', 'w:e', '-', '-', 'w:f']],
    ['a--', ['w:a']],
    ['a /* b c */ d', ['w:a', 'w:d']],
    ['/*!40000 ALTER */ /*M!100100 TABLE */ /*! t */ x', ['w:ALTER', 'w:TABLE', 'w:t', 'w:x']],
    ['/*! a /* b */ c */ d', ['w:a', 'w:c', 'w:d']],
    ['a*/b', ['w:a', '*', '/', 'w:b']],
    ['@v := @@global.x', ['@', 'w:v', ':', '=', '@', '@', 'w:global', '.', 'w:x']],
    ["'open", ['s:open']],
    ['a /* open', ['w:a']],
    ['`open', ['q:open']],
    ['', []],
  ])('%s', (sql, expected) => {
    expect(cut(sql)).toEqual(expected);
  });

  it('follows the sql_mode it is told', () => {
    expect(cut('"a""b"', { ansiQuotes: true })).toEqual(['q:a"b']);
    expect(cut("'a\\' b", { noBackslashEscapes: true })).toEqual(['s:a\\', 'w:b']);
  });

  it('says where each token lies, quotes included', () => {
    const sql = "DROP /* x */ TABLE `a``b`, 'c\\'d'";
    expect(tokenize(sql).map((token) => sql.slice(token.start, token.end))).toEqual([
      'DROP',
      'TABLE',
      '`a``b`',
      ',',
      "'c\\'d'",
    ]);
  });
});
