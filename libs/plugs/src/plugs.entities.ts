import { WebhookDeliveryEntity } from './webhooks/webhook-delivery.entity.js';
import { WebhookEntity } from './webhooks/webhook.entity.js';

/** The tables of libs/plugs, for the DataSource. */
export const plugsEntities = [WebhookEntity, WebhookDeliveryEntity];
