export { createDataSource } from './data-source.js';
export { DatabaseModule } from './database.module.js';
export { allTenants, type Author, type CommittedChange, Database, NoTransactionError } from './database.js';
export { JobQueue, type JobHandler } from './jobs/job-queue.js';
export { JobsModule } from './jobs/jobs.module.js';
export { migrate } from './migrate.js';
export { type DatabaseOptions, openDatabase } from './open-database.js';
export { Reachability } from './reach/reachability.js';
export { sqlState } from './reach/unreachable.js';
