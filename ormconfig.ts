/**
 * For TypeORM's command line, after `npm run build`:
 *   MIGRATION_DATABASE_URL=postgres://… npx typeorm migration:show -d ormconfig.ts
 * The product itself migrates by `npm run migrate`, which also waits for others and lets the application's user in.
 */
import { createDataSource } from '#database';

const url = process.env['MIGRATION_DATABASE_URL'];
if (!url)
  throw new Error('MIGRATION_DATABASE_URL is not set: give the address of the database as its owner.');

export default createDataSource({ url });
