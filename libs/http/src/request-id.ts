import type { IncomingHttpHeaders } from 'node:http';
import { randomHex } from '#kernel';

const pattern = /^[\w.-]{1,100}$/;
/** Random per process and counted within it: unique, and free of a call to the random source per request. */
const processId = randomHex(6);
let requests = 0;

/** The caller's own `X-Request-Id` where it is fit for a log line, else a new one. */
export function requestIdOf({ 'x-request-id': given }: IncomingHttpHeaders): string {
  if (typeof given === 'string' && pattern.test(given)) return given;
  requests += 1;
  return `${processId}-${requests.toString(36)}`;
}
