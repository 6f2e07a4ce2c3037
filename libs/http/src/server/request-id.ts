import type { IncomingHttpHeaders } from 'node:http';
import { randomHex } from '#kernel';

const requestIdPattern = /^[\w.-]{1,100}$/;
/** A random prefix for each process and a counter: unique, without a call to the random source for each request. */
const processPrefix = randomHex(6);
let requestCount = 0;

/** The caller's `X-Request-Id` if it is safe to log (1 to 100 of `A-Z a-z 0-9 _ . -`); otherwise a new id. */
export function resolveRequestId({ 'x-request-id': callerId }: IncomingHttpHeaders): string {
  if (typeof callerId === 'string' && requestIdPattern.test(callerId)) return callerId;
  requestCount += 1;
  return `${processPrefix}-${requestCount.toString(36)}`;
}
