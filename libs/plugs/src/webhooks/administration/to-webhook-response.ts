import type { DeliveryRecord } from '../webhook-delivery.entity.js';
import type { WebhookRecord } from './webhook.repository.js';
import type { WebhookDeliveryResponse, WebhookResponse } from './webhook.response.js';

export function toWebhookResponse(webhook: WebhookRecord): WebhookResponse {
  const { failing_since, rotation_ends_at, created_at } = webhook;
  return {
    ...webhook,
    failing_since: failing_since?.toISOString() ?? null,
    rotation_ends_at: rotation_ends_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}

export function toDeliveryResponse(delivery: DeliveryRecord): WebhookDeliveryResponse {
  const { next_attempt_at, created_at } = delivery;
  return {
    ...delivery,
    next_attempt_at: next_attempt_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}
