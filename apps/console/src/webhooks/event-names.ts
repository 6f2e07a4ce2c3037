import type { Schema } from '../api/operations.js';

export type EventName = Schema<'PlatformWebhookRequest'>['events'][number];
type TenantEventName = Schema<'WebhookRequest'>['events'][number];

/** Each event once, true for those of a tenant; a new one of the API does not compile until it is here. */
const all: Readonly<Record<TenantEventName, true> & Record<Exclude<EventName, TenantEventName>, false>> = {
  'config.updated': true,
  'config.rolled_back': true,
  'change_request.created': true,
  'change_request.approved': true,
  'change_request.rejected': true,
  'change_request.void': true,
  'rollout.started': false,
  'rollout.stopped': false,
  'rollout.promoted': false,
  'rollout.aborted': false,
  'bulk.finished': false,
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
export const platformEventNames = Object.keys(all) as EventName[];

/** The events that a webhook of a tenant can be told of. */
export const tenantEventNames = platformEventNames.filter((name) => all[name]);
