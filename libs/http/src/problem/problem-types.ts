import type { ProblemSlug } from '#kernel';

export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What to do about it, for the page that `type` leads to. */
  readonly remedy: string;
  /** What an example shows beside the members that all have. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** The problems of the HTTP contract. */
export const problemTypes: Readonly<Record<ProblemSlug, ProblemType>> = {
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    remedy: 'Send "Authorization: Bearer …" with an API key or a JWT that is neither expired nor revoked.',
  },
  forbidden: { status: 403, title: 'Not allowed', remedy: 'Use a credential whose role may do this.' },
  'tenant-suspended': {
    status: 403,
    title: 'Tenant suspended',
    remedy:
      'The tenant can be read but not changed or queried. A platform admin can set its status to active.',
  },
  'not-found': { status: 404, title: 'Not found', remedy: 'Check the address and the id.' },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use a method of the Allow header.',
  },
  'invalid-input': {
    status: 400,
    title: 'Invalid input',
    remedy: 'errors[] lists every fault with its field, rule and bounds. Nothing was changed.',
  },
  'version-mismatch': {
    status: 412,
    title: 'Not the current version',
    remedy: 'Read the configuration again, look at changed_fields, and send the change with the new ETag.',
  },
  'concurrent-update': {
    status: 409,
    title: 'Another change came first',
    remedy:
      'Somebody changed the configuration at the same moment. Read it again and decide whether to repeat yours.',
  },
  'override-not-allowed': {
    status: 409,
    title: 'The tenant keeps its own settings',
    remedy:
      'The tenant turned override_allowed off. To change it all the same, send force: true with a reason.',
  },
  'managed-by-code': {
    status: 409,
    title: 'Managed by code',
    remedy:
      'A file owns these settings: change the file and apply it, or send force: true as a platform admin.',
  },
  'gate-failed': { status: 409, title: 'Golden questions failed', remedy: 'failures[] lists the questions.' },
  conflict: {
    status: 409,
    title: 'Conflict',
    remedy: 'The state of the thing does not allow this; detail says why.',
  },
  'rollback-invalid': {
    status: 422,
    title: "The old settings break today's rules",
    remedy: 'errors[] lists what is not allowed any more. Nothing was changed.',
  },
  'rate-limited': { status: 429, title: 'Too many requests', remedy: 'Wait for Retry-After seconds.' },
  'quota-exceeded': {
    status: 429,
    title: 'Quota used up',
    remedy: 'Wait until resets_at, or ask for a higher quota.',
  },
  'budget-exceeded': {
    status: 402,
    title: 'Budget used up',
    remedy: 'Wait until resets_at, or ask for a higher budget.',
  },
  'payload-too-large': { status: 413, title: 'Body too large', remedy: 'Send a smaller body.' },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported content type',
    remedy: 'Send application/json (or application/merge-patch+json).',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    remedy: 'Try again after Retry-After seconds.',
  },
  'upstream-failed': {
    status: 502,
    title: 'The models failed',
    remedy:
      'Neither the model nor its fallback answered; attempts[] says why. Check the provider and its key.',
    members: {
      attempts: [
        { model: 'gpt-4', outcome: 'rate_limited', ms: 212.5 },
        { model: 'gpt-4', outcome: 'rate_limited', ms: 198.17 },
        { model: 'gpt-3.5-turbo', outcome: 'authentication', ms: 96.4 },
      ],
    },
  },
  'upstream-timeout': {
    status: 504,
    title: 'The models took too long',
    remedy: 'No model answered in time; attempts[] shows the time spent. Try again, or a faster model.',
    members: {
      attempts: [
        { model: 'gpt-4', outcome: 'timeout', ms: 17_998.2 },
        { model: 'gpt-3.5-turbo', outcome: 'timeout', ms: 11_996.31 },
      ],
    },
  },
  internal: {
    status: 500,
    title: 'Internal error',
    remedy: 'A fault of ours. Quote the request id to the operator.',
  },
};
