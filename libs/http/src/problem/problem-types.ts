import type { ProblemSlug } from '#kernel';

/** A kind of problem: its status, its title and what the client can do about it. */
export interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What to do about it; shown on the page that `type` links to, and in examples. */
  readonly remedy: string;
  /** The members of an example that only this kind of problem has. */
  readonly members?: Readonly<Record<string, unknown>>;
}

const exampleTime = '2026-11-24T00:00:00.000Z';
const missedChanges = { current_version: 8, changed_fields: ['temperature'] };
const exampleError = {
  field: 'temperature',
  rule: 'max',
  message: 'temperature must be at most 2.',
  value: 3,
  min: 0,
  max: 2,
};

/** Every problem of the HTTP API by its slug. `type` in a problem document is `/problems/<slug>`. */
export const problemTypes: Readonly<Record<ProblemSlug, ProblemType>> = {
  unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    remedy: 'Send "Authorization: Bearer …" with an API key or a JWT that is neither expired nor revoked.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    remedy: 'Use a credential whose role allows this. With reauthenticate: true, sign in again first.',
  },
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
    remedy: 'Use one of the methods in the Allow header.',
  },
  'invalid-input': {
    status: 400,
    title: 'Invalid input',
    remedy: 'errors[] lists every error with its field, rule and bounds. Nothing was changed.',
    members: { errors: [exampleError] },
  },
  'version-mismatch': {
    status: 412,
    title: 'Not the current version',
    remedy: 'Read the configuration again, look at changed_fields, and send the change with the new ETag.',
    members: missedChanges,
  },
  'concurrent-update': {
    status: 409,
    title: 'Another change came first',
    remedy:
      'Another client changed the configuration at the same moment. Read it again and decide whether to send your change again.',
    members: missedChanges,
  },
  'override-not-allowed': {
    status: 409,
    title: 'The tenant keeps its own settings',
    remedy:
      'The tenant set override_allowed to false. To change its settings anyway, send force: true with a reason.',
  },
  'managed-by-code': {
    status: 409,
    title: 'Managed by code',
    remedy:
      'A file manages these settings. Change the file and apply it, or send force: true as a platform admin.',
    members: { fields: ['temperature'] },
  },
  'gate-failed': {
    status: 409,
    title: 'Golden questions failed',
    remedy: 'failures[] lists the questions that failed.',
    members: {
      failures: [
        {
          id: '4f1c2a9b7d3e5f60',
          question: 'May I sell it?',
          missing_sources: ['gpl-3.0'],
          missing_phrases: [],
        },
      ],
    },
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    remedy: 'The current state does not allow this; detail says why.',
  },
  'rollback-invalid': {
    status: 422,
    title: "The old settings break today's rules",
    remedy: 'errors[] lists the settings that are no longer allowed. Nothing was changed.',
    members: { errors: [exampleError] },
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    remedy: 'Wait for Retry-After seconds.',
    members: { limit: 10, remaining: 0, resets_at: exampleTime },
  },
  'quota-exceeded': {
    status: 429,
    title: 'Quota used up',
    remedy: 'Wait until resets_at, or ask for a higher quota.',
    members: { limit: 1000, remaining: 0, resets_at: exampleTime },
  },
  'budget-exceeded': {
    status: 402,
    title: 'Budget used up',
    remedy: 'Wait until resets_at, or ask for a higher budget.',
    members: { budget_usd: 500, spent_usd: 499.98, reserved_usd: 0.01, resets_at: exampleTime },
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
    remedy:
      'No model answered in time; attempts[] shows the time of each. Try again, or choose a faster model.',
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
    remedy: 'An error in Attune. Give the request id to the operator.',
  },
};

/** An example of the problem document with this slug. */
export function problemExample(slug: ProblemSlug): Record<string, unknown> {
  const { status, title, remedy, members = {} } = problemTypes[slug];
  return { type: `/problems/${slug}`, title, status, detail: remedy, request_id: '4f1c2a9b7d3e', ...members };
}
