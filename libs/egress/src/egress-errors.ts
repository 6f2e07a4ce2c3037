/** An address that is neither public nor allowed by `EGRESS_ALLOW`. The message names the host, so it is for logs. */
export class EgressRefusedError extends Error {
  constructor(host: string) {
    super(`EGRESS_ALLOW does not allow ${host}, which has no public address`);
    this.name = 'EgressRefusedError';
  }
}

/** An answer that leads to another address. It is not followed: the request and its key were meant for the first one. */
export class RedirectRefusedError extends Error {
  constructor(status: number) {
    super(`The server answered with a redirect (status ${status}), which is not followed`);
    this.name = 'RedirectRefusedError';
  }
}

/** The refusal among an error and its causes; null if there is none. A client may wrap what its connection threw. */
export function findEgressError(error: unknown): EgressRefusedError | RedirectRefusedError | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof EgressRefusedError || cause instanceof RedirectRefusedError) return cause;
  return null;
}
