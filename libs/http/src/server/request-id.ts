import type { IncomingHttpHeaders } from 'node:http';
import { randomHex } from '#kernel';

const requestIdPattern = /^[\w.-]{1,100}$/;
/** Random per process and counted within it: unique, and free of a call to the random source per request. */
const processPrefix = randomHex(6);
let requestCount = 0;

/** The caller's own `X-Request-Id` where it is fit for a log line, else a new one. */
export function resolveRequestId({ 'x-request-id': callerId }: IncomingHttpHeaders): string {
  if (typeof callerId === 'string' && requestIdPattern.test(callerId)) return callerId;
  requestCount += 1;
  return `${processPrefix}-${requestCount.toString(36)}`;
}
