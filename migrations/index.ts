import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** TypeORM orders migrations by the 13 digits at the end of their names. Ours are this time plus their number. */
const baseTimestamp = 1_764_000_000_000;

/**
 * A migration that waits for a table makes everyone wait who comes later. So it gives up after two seconds, and `migrate` runs it again.
 */
const lockTimeout = "SET LOCAL lock_timeout = '2s'";

/**
 * The SQL files of this folder, in the order of their numbers. Each runs once, in a transaction of its own. The database stores
 * their names, so a file is never renamed. Gaps between the numbers do no harm.
 */
export const migrations: MigrationClass[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.sql'))
  .toSorted()
  .map(toMigration);

function toMigration(file: string): MigrationClass {
  const [number = '', title = ''] = file.replace('.sql', '').split(/-(.*)/);
  return class implements MigrationInterface {
    readonly name = `${title}-${baseTimestamp + Number(number)}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(lockTimeout);
      await runner.query(readFileSync(join(import.meta.dirname, file), 'utf8'));
    }

    down(): Promise<void> {
      return Promise.reject(
        new Error(`${file} cannot be reverted: restore a backup, or write a new migration`),
      );
    }
  };
}
