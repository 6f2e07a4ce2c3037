import type { Schema } from '../api/operations.js';

type EventName = Schema<'PlatformWebhookRequest'>['events'][number];

/** Each event once; a new one of the API does not compile until it is here. */
const all: Readonly<Record<EventName, true>> = {
  'config.updated': true,
  'config.rolled_back': true,
  'change_request.created': true,
  'change_request.approved': true,
  'change_request.rejected': true,
  'change_request.void': true,
  'rollout.started': true,
  'rollout.stopped': true,
  'rollout.promoted': true,
  'rollout.aborted': true,
  'bulk.finished': true,
  'budget.threshold': true,
  'quota.exhausted': true,
  'document.indexed': true,
  'document.failed': true,
  'key.created': true,
  'key.revoked': true,
  'tenant.suspended': true,
  'webhook.failing': true,
};

/** The events that a webhook of the platform can be told of. */
export const eventNames = Object.keys(all) as EventName[];
