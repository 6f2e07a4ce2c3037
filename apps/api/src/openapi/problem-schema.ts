import { problemTypes } from '#http';

const integer = { type: 'integer' };
const texts = { type: 'array', items: { type: 'string' } };

/** Members that only some problems have; each description names them. */
const members = {
  errors: {
    type: 'array',
    items: { $ref: '#/components/schemas/FieldErrorResponse' },
    description: 'invalid-input, rollback-invalid, and conflict of a plan: every error, the first 100',
  },
  reauthenticate: {
    type: 'boolean',
    description:
      'forbidden: true if the session has to sign in again for this, and may then send the request again',
  },
  current_version: { ...integer, description: 'version-mismatch, concurrent-update' },
  changed_fields: { ...texts, description: 'version-mismatch, concurrent-update: what changed since' },
  fields: { ...texts, description: 'managed-by-code: the settings that a file owns' },
  failures: {
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'gate-failed: the golden questions that failed, with what was missing',
  },
  limit: { ...integer, description: 'rate-limited, quota-exceeded' },
  remaining: { ...integer, description: 'rate-limited, quota-exceeded' },
  resets_at: {
    type: 'string',
    format: 'date-time',
    description: 'rate-limited, quota-exceeded, budget-exceeded: when the next request may succeed',
  },
  budget_usd: {
    oneOf: [{ type: 'number' }, { type: 'string', enum: ['unlimited'] }],
    description: 'budget-exceeded',
  },
  spent_usd: { type: 'number', description: 'budget-exceeded' },
  reserved_usd: { type: 'number', description: 'budget-exceeded: for queries that are being answered' },
  attempts: {
    type: 'array',
    items: { $ref: '#/components/schemas/QueryAttempt' },
    description: 'upstream-failed, upstream-timeout: every call of a model',
  },
  named_by: {
    type: 'array',
    items: {
      type: 'object',
      required: ['plan', 'setting'],
      properties: { plan: { type: ['string', 'null'] }, setting: { type: 'string' } },
    },
    description: 'conflict of a model: the plans that name it; null stands for the defaults of the platform',
  },
  rollouts: { ...texts, description: 'conflict of a rollout: the running ones that select the same tenants' },
};

/** The schema of every problem document (RFC 9457). */
export const problemSchema = {
  type: 'object',
  description: 'Why a request failed (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'request_id'],
  additionalProperties: true,
  properties: {
    type: {
      type: 'string',
      enum: Object.keys(problemTypes).map((slug) => `/problems/${slug}`),
      description: 'The kind of problem. It is also the path of a page that explains it.',
    },
    title: { type: 'string', description: 'The kind of problem, in words' },
    status: { ...integer, description: 'The status of the response' },
    detail: { type: 'string', description: 'What is wrong in this case, and what to do' },
    request_id: { type: 'string', description: 'Names the request in the log' },
    ...members,
  },
};
