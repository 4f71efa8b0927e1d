import { errors } from 'undici';
import type { OwnAnswer } from './answer.js';

/** What a client is told when the service gave no answer. `isSent`: something of the request may have reached it. */
export function failureOf(error: unknown, isSent: boolean): Omit<OwnAnswer, 'closes'> {
  if (
    error instanceof RangeError ||
    error instanceof errors.InvalidArgumentError ||
    error instanceof errors.NotSupportedError
  )
    return { status: 400, code: 'request-invalid', message: `The request cannot be forwarded: ${error.message}.` };
  if (!isSent)
    return {
      status: 503,
      code: 'service-unreachable',
      message: 'The service does not accept connections.',
      retryAfterS: 1,
    };
  if (error instanceof errors.HeadersTimeoutError)
    return { status: 504, code: 'service-silent', message: 'The service has the request and did not answer in time.' };
  return {
    status: 502,
    code: 'service-failed',
    message: 'The service got the request and ended the connection without an answer.',
  };
}
