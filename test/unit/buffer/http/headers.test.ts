import { describe, expect, test } from 'vitest';
import { requestHead, responseHead } from '../../../../src/buffer/http/headers.js';

const client = { peer: '10.0.0.9', scheme: 'https' } as const;
const ours = ['x-forwarded-for', '10.0.0.9', 'x-forwarded-proto', 'https'];

describe('a request’s head', () => {
  test('keeps names as they are written, and repeated fields', () => {
    const { headers } = requestHead(['X-A', '1', 'x-a', '2', 'Cookie', 'a=b'], client);
    expect(headers).toEqual(['X-A', '1', 'x-a', '2', 'Cookie', 'a=b', ...ours]);
  });

  test.each([
    'Connection',
    'KEEP-ALIVE',
    'proxy-connection',
    'Transfer-Encoding',
    'Upgrade',
    'Expect',
    'Trailer',
    'X-Tideover-Pass',
  ])('goes without %s', (name) => {
    expect(requestHead([name, 'value'], client).headers).toEqual(ours);
  });

  test('goes without what its Connection names, but for what the request would be another without', () => {
    const raw = [
      'X-Mine',
      '1',
      'Connection',
      'close, x-mine, Host, content-length',
      'Host',
      'a',
      'Content-Length',
      '3',
    ];
    expect(requestHead(raw, client).headers).toEqual([
      'Host',
      'a',
      'Content-Length',
      '3',
      ...ours,
      'x-forwarded-host',
      'a',
    ]);
  });

  test('cannot make us forget the client', () => {
    expect(requestHead(['Connection', 'x-forwarded-for'], client).headers).toContain('10.0.0.9');
  });

  test.each([
    [[], 0],
    [['Content-Length', '0'], 0],
    [['content-length', '12'], 12],
    [['Transfer-Encoding', 'chunked'], null],
  ])('knows the length of the body: %j → %s', (raw: string[], length) => {
    expect(requestHead(raw, client).bodyLength).toBe(length);
  });

  test.each(['-1', 'x', '1e99', '1.5'])('refuses a length of %s', (value) => {
    expect(() => requestHead(['Content-Length', value], client)).toThrow(RangeError);
  });
});

test('an answer goes without the fields of our connection to the service', () => {
  const raw = [
    'Date',
    'now',
    'Connection',
    'keep-alive, X-Hop',
    'Keep-Alive',
    'timeout=5',
    'X-Hop',
    '1',
    'Content-Length',
    '7',
    'Set-Cookie',
    'é',
  ];
  const { headers, bodyLength } = responseHead(raw.map((text) => Buffer.from(text, 'latin1')));
  expect(headers).toEqual(['Date', 'now', 'Content-Length', '7', 'Set-Cookie', 'é']);
  expect(bodyLength).toBe(7);
});
