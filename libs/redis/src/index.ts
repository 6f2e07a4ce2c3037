export { RedisConnection } from './redis-connection.js';
export { RedisModule } from './redis.module.js';
export { RedisScript } from './redis-script.js';
export type { ScriptCall } from './redis-script.js';
export type { RedisSubscription, SubscriptionHandlers } from './redis-subscription.js';
