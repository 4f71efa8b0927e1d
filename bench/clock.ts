/** Milliseconds of the wall clock with fractions, the same in every process of this machine. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A stretch of time, in ms of `now()`. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
