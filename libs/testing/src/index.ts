export * from './api-client.js';
export * from './embedded-database.js';
export * from './free-port.js';
export * from './name-server.js';
export * from './replica.js';
export * from './test-database.js';
export * from './test-redis.js';
export * from './wait-for.js';
