export { createDataSource } from './data-source.js';
export { DatabaseModule } from './database.module.js';
export { allTenants, type Author, type CommittedChange, Database, NoTransactionError } from './database.js';
export { migrate } from './migrate.js';
export { type DatabaseOptions, openDatabase } from './open-database.js';
export { sqlState } from './unreachable.js';
