import { failingAfter } from './delivery/retry-schedule.js';

/** What an event is about, and an example of its data. */
export interface WebhookEvent {
  readonly name: string;
  readonly description: string;
  /** True for events that only webhooks of the platform receive, since they belong to no tenant. */
  readonly isForPlatformOnly?: true;
  /** Added to `tenant_id`, `actor` and `request_id`, which every event has. */
  readonly data: Readonly<Record<string, unknown>>;
}

const changeRequest = {
  change_request_id: '4f1c2a9b7d3e5f604f1c2a9b7d3e5f60',
  version: 7,
  changed: ['temperature'],
  bulk_id: null,
};
const configuration = { version: 8, changed: ['max_tokens', 'temperature'], bulk_id: null };
const rollout = {
  rollout_id: '5a1c2a9b7d3e5f604f1c2a9b7d3e5f60',
  version: null,
  changed: ['model_name'],
  reason: null,
  bulk_id: null,
};
const key = { key_id: '4f1c2a9b7d3e5f60', role: 'member' };
const day = { period: '2026-11-23', limit: 10_000, used: 10_000 };

/** Every event that a webhook can receive. The data are thin: they say what changed, and never contain prompts, questions or texts. */
export const webhookEvents: readonly WebhookEvent[] = [
  {
    name: 'config.updated',
    description:
      'A configuration has a new version. Deliveries may arrive in another order: ignore an older `version`.',
    data: configuration,
  },
  {
    name: 'config.rolled_back',
    description: 'A configuration has a new version with the settings of an older one.',
    data: configuration,
  },
  {
    name: 'change_request.created',
    description: 'A change waits for approval; `version` is the one that it is based on.',
    data: changeRequest,
  },
  {
    name: 'change_request.approved',
    description: 'A change request was approved and applied; `version` is the one that it made.',
    data: { ...changeRequest, version: 8 },
  },
  {
    name: 'change_request.rejected',
    description: 'A platform admin rejected a change request.',
    data: changeRequest,
  },
  {
    name: 'change_request.void',
    description: 'A change request no longer fits the configuration, and cannot be approved.',
    data: changeRequest,
  },
  {
    name: 'rollout.started',
    description: 'A rollout has begun.',
    isForPlatformOnly: true,
    data: rollout,
  },
  {
    name: 'rollout.stopped',
    description: 'A guardrail stopped a rollout; `reason` says which.',
    isForPlatformOnly: true,
    data: { ...rollout, reason: 'The error rate is 8 %, more than 5 %.' },
  },
  {
    name: 'rollout.promoted',
    description: 'The changes of a rollout become those of all its tenants, by the bulk operation `bulk_id`.',
    isForPlatformOnly: true,
    data: { ...rollout, bulk_id: '6b1c2a9b7d3e5f604f1c2a9b7d3e5f60' },
  },
  {
    name: 'rollout.aborted',
    description: 'A platform admin ended a rollout without promoting it.',
    isForPlatformOnly: true,
    data: rollout,
  },
  {
    name: 'bulk.finished',
    description: 'A bulk operation is completed, cancelled or failed.',
    isForPlatformOnly: true,
    data: {
      bulk_id: '6b1c2a9b7d3e5f604f1c2a9b7d3e5f60',
      version: null,
      changed: ['model_name'],
      kind: 'update',
      state: 'completed',
      matched: 100,
      updated: 98,
    },
  },
  {
    name: 'budget.threshold',
    description:
      'A tenant has spent 50, 80 or 100 percent of the month’s budget; 100 also when a query was refused because of it. Once for each percentage, month and budget.',
    data: { threshold_percent: 80, period: '2026-11', budget_usd: 500, spent_usd: 400.12 },
  },
  {
    name: 'quota.exhausted',
    description: 'A tenant has used up the queries of a day. Once for each day and quota.',
    data: day,
  },
  {
    name: 'document.indexed',
    description: 'A new or changed document can be found.',
    data: { doc_id: 'refund-policy', chunks: 12 },
  },
  {
    name: 'document.failed',
    description: 'A document could not be indexed; the old content, if any, is still found.',
    data: { doc_id: 'refund-policy', reason: 'upstream-failed' },
  },
  { name: 'key.created', description: 'An API key was created.', data: key },
  { name: 'key.revoked', description: 'An API key was revoked.', data: key },
  {
    name: 'tenant.suspended',
    description: 'A tenant was suspended: it can read, and change nothing.',
    data: {},
  },
  {
    name: 'webhook.failing',
    description: `Another webhook has failed for ${failingAfter} (\`state\` is \`failing\`) or receives nothing any more (\`disabled\`).`,
    data: {
      webhook_id: '7c1c2a9b7d3e5f604f1c2a9b7d3e5f60',
      state: 'failing',
      reason: `No attempt has succeeded for ${failingAfter}. The receiver answered with status 500.`,
      failing_since: '2026-11-23T09:30:00Z',
    },
  },
];

/** The names of all events, for webhooks of the platform. */
export const platformEventNames = webhookEvents.map(({ name }) => name);

/** The names of the events that a tenant's webhook can receive. */
export const tenantEventNames = webhookEvents
  .filter(({ isForPlatformOnly }) => !isForPlatformOnly)
  .map(({ name }) => name);

/** The event that `POST …/test` sends. No webhook asks for it. */
export const testEventName = 'webhook.test';

/** An example of the body that a webhook receives. */
export function exampleOfEvent({ name, data, isForPlatformOnly }: WebhookEvent): object {
  return {
    type: name,
    timestamp: '2026-11-23T09:30:00.000Z',
    data: {
      tenant_id: isForPlatformOnly ? null : 'acme-law',
      ...data,
      actor: 'key:0a1b2c3d4e5f6071',
      request_id: '4f1c2a9b7d3e-1',
    },
  };
}
