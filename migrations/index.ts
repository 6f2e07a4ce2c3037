import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** TypeORM orders migrations by the 13 digits that end their names; ours are numbered within this moment. */
const baseTimestamp = 1_764_000_000_000;

/** The SQL files beside this one, in the order of their numbers. Each runs once, in a transaction of its own. */
export const migrations: MigrationClass[] = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.sql'))
  .toSorted()
  .map(toMigration);

function toMigration(file: string): MigrationClass {
  const [number = '', title = ''] = file.replace('.sql', '').split(/-(.*)/);
  return class implements MigrationInterface {
    readonly name = `${title}-${baseTimestamp + Number(number)}`;

    async up(runner: QueryRunner): Promise<void> {
      await runner.query(readFileSync(join(import.meta.dirname, file), 'utf8'));
    }

    down(): Promise<void> {
      return Promise.reject(new Error(`${file} has no way back: restore a backup, or write a new migration`));
    }
  };
}
