export { RedisConnection, RedisScript, type ScriptCall } from './redis-connection.js';
export { RedisModule } from './redis.module.js';
export type { RedisSubscription, SubscriptionHandlers } from './redis-subscription.js';
export { RedisConfig, redisConfig, redisVariables } from './redis.config.js';
