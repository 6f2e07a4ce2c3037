export { PlugsModule } from './plugs.module.js';
export { plugsEntities } from './plugs.entities.js';
export { type WebhookEvent, exampleOfEvent, webhookEvents } from './webhooks/webhook-events.js';
