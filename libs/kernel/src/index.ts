export * from './canonical-json.js';
export * from './clock.js';
export * from './domain-error.js';
export * from './fault.js';
export * from './ids.js';
export * from './redis-address.js';
export * from './tenant-id.js';
export * from './environment.js';
