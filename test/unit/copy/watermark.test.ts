import { describe, expect, it } from 'vitest';
import { Watermark } from '../../../src/copy/watermark.js';

const chunk = (
  after: string | null,
  upTo: string | null,
): { after: string | null; upTo: string | null; rows: number } => ({ after, upTo, rows: 1 });

describe('Watermark', () => {
  it('advances only over chunks without a gap', () => {
    const watermark = new Watermark(null);
    const first = watermark.open(chunk(null, '10'));
    const second = watermark.open(chunk('10', '20'));
    second();
    expect(watermark.reached).toBeNull();
    first();
    expect(watermark.reached).toBe('20');
    expect(watermark.complete).toBe(false);
  });

  it('is complete when the open-ended chunk and all before it are copied', () => {
    const watermark = new Watermark('5');
    const first = watermark.open(chunk('5', '10'));
    const last = watermark.open(chunk('10', null));
    last();
    expect(watermark.complete).toBe(false);
    first();
    expect(watermark.complete).toBe(true);
    expect(watermark.reached).toBe('10');
  });
});
