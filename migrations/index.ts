import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What TypeORM runs. */
export type MigrationClass = new () => MigrationInterface;

/** TypeORM orders migrations by the 13 digits at the end of their names. Ours are this time plus their number. */
const baseTimestamp = 1_764_000_000_000;

/**
 * A migration that waits for a table makes everyone wait who comes later. So it gives up after two seconds, and `migrate` runs it again.
 */
const lockTimeout = '2s';

/**
 * The first line of a file that commits by itself: one `DO` block, because several statements are one transaction. It may stop halfway,
 * so it must be able to run again.
 */
const noTransaction = '-- no-transaction\n';

/**
 * The SQL files of this folder, in the order of their numbers. Each runs once, in a transaction of its own or, if its first line says
 * so, in none. It may lock only one table that requests use, or else begins with `-- no-transaction` and commits after each, because a
 * request that waits for the first may have the second. The database stores their names, so a file is never renamed. Gaps between the
 * numbers do no harm.
 */
export const migrations: MigrationClass[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.sql'))
  .toSorted()
  .map((file) => toMigration(file, readFileSync(join(import.meta.dirname, file), 'utf8')));

/** A migration that runs this SQL. `file` is a number and a title: `0047-expiring-keys.sql`. */
export function toMigration(file: string, sql: string): MigrationClass {
  const [number = '', title = ''] = file.replace('.sql', '').split(/-(.*)/);
  const isTransaction = !sql.startsWith(noTransaction);
  return class implements MigrationInterface {
    readonly name = `${title}-${baseTimestamp + Number(number)}`;
    readonly transaction = isTransaction;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`SET ${isTransaction ? 'LOCAL' : 'SESSION'} lock_timeout = '${lockTimeout}'`);
      try {
        await runner.query(sql);
      } finally {
        if (!isTransaction) await runner.query('RESET lock_timeout').catch(() => undefined);
      }
    }

    down(): Promise<void> {
      return Promise.reject(
        new Error(`${file} cannot be reverted: restore a backup, or write a new migration`),
      );
    }
  };
}
