/** Why the service could not be used, as a word that programs can compare. */
export type FailureReason =
  /** 401: the key is unknown, revoked or expired. */
  | 'unauthenticated'
  /** 403: the key may not read configurations. */
  | 'forbidden'
  /** The configuration belongs to another tenant than the option `tenant` says. */
  | 'other-tenant'
  /** No connection, or no answer in time. */
  | 'unreachable'
  /** An open stream sent no byte for the read timeout. */
  | 'silent'
  /** The stream ended without a goodbye. */
  | 'ended'
  /** Any other status. */
  | 'refused'
  /** An answer that is no configuration, for example from a proxy. */
  | 'malformed';

/** What went wrong with one request or stream. */
export interface Failure {
  readonly reason: FailureReason;
  /** One sentence for a log. */
  readonly detail: string;
  /** The service asks to wait this long. */
  readonly retryAfterMs?: number;
  /** The service has no stream for this client: it polls at once. */
  readonly mustPoll?: boolean;
}

/** Failures that do not end by themselves: a person must act. */
export function isFatal({ reason }: Failure): boolean {
  return reason === 'unauthenticated' || reason === 'forbidden' || reason === 'other-tenant';
}

/** No stream at this address: an older service, or a gateway that does not let it through. */
const withoutStream = [404, 405, 406, 501];

/** Reads an answer that is no success. */
export function failureOf(status: number, headers: Headers, detail: string): Failure {
  if (status === 401) return { reason: 'unauthenticated', detail };
  if (status === 403) return { reason: 'forbidden', detail };
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'));
  const mustPoll = withoutStream.includes(status) || headers.get('fetch-mode') === 'polling';
  return { reason: 'refused', detail, mustPoll, ...(retryAfterMs !== null && { retryAfterMs }) };
}

/** The header has seconds, or a date. */
function parseRetryAfter(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
