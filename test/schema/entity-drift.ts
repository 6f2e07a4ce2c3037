import type { Database } from '#database';

/** What an entity and the database must agree on. */
export interface SchemaColumn {
  readonly table: string;
  readonly column: string;
  /** As Postgres writes it: `text[]`, `timestamp with time zone`. */
  readonly type: string;
  readonly isNullable: boolean;
  readonly isPrimary: boolean;
}

type EntityManager = Database['manager'];

/** TypeORM's own table is no entity; the job engine has a schema of its own. */
const catalogSql = `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
    NOT a.attnotnull AS "isNullable",
    coalesce(a.attnum = ANY ((i.indkey::int2[])[0 : i.indnkeyatts - 1]), false) AS "isPrimary"
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'attune_migrations'`;

/** The columns of the migrated database, in the open transaction. */
export function readDatabaseColumns(database: Database): Promise<SchemaColumn[]> {
  return database.query<SchemaColumn>(catalogSql);
}

/** The columns that the entities of this manager declare. A property has the name of its column. */
export function readEntityColumns({ dataSource }: EntityManager): SchemaColumn[] {
  return dataSource.entityMetadatas.flatMap(({ tableName, columns }) =>
    columns.map((column) => ({
      table: tableName,
      column: column.propertyName,
      type: dataSource.driver.normalizeType(column) + (column.isArray ? '[]' : ''),
      isNullable: column.isNullable,
      isPrimary: column.isPrimary,
    })),
  );
}

/** One line for each difference; none when both sides are equal. */
export function findDrift(database: readonly SchemaColumn[], entities: readonly SchemaColumn[]): string[] {
  const inDatabase = indexByName(database);
  const inEntities = indexByName(entities);
  return [
    ...missing(inDatabase, inEntities).map((name) => `${name}: the database has it, no entity has it`),
    ...missing(inEntities, inDatabase).map((name) => `${name}: an entity has it, the database does not`),
    ...[...inDatabase].flatMap(([name, column]) => {
      const declared = inEntities.get(name);
      return declared && describe(declared) !== describe(column)
        ? [`${name}: the database has ${describe(column)}, the entity ${describe(declared)}`]
        : [];
    }),
  ].toSorted();
}

function indexByName(columns: readonly SchemaColumn[]): Map<string, SchemaColumn> {
  return new Map(columns.map((column) => [`${column.table}.${column.column}`, column]));
}

function missing(from: Map<string, SchemaColumn>, other: Map<string, SchemaColumn>): string[] {
  return [...from.keys()].filter((name) => !other.has(name));
}

function describe({ type, isNullable, isPrimary }: SchemaColumn): string {
  return `${type}${isNullable ? ' null' : ' not null'}${isPrimary ? ' primary key' : ''}`;
}
