export type { Change } from './bus/change-bus.js';
export { ChangeBus } from './bus/change-bus.js';
export { InProcessBus } from './bus/in-process-bus.js';
export { RedisBus } from './bus/redis-bus.js';
export { CacheModule } from './cache.module.js';
export { CachePart } from './cache-part.js';
export type { Versioned } from './cache-part.js';
export { CoherentCache } from './coherent-cache.js';
