export * from './canonical-json.js';
export * from './domain-error.js';
export * from './environment.js';
export * from './field-error.js';
export * from './ids.js';
export * from './redis-address.js';
export * from './time.js';
