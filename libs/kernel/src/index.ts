export * from './canonical-json.js';
export * from './domain-error.js';
export * from './field-error.js';
export * from './ids.js';
export * from './node-version.js';
export * from './time.js';
export * from './variable-readers.js';
export * from './variables.js';
