/** What a release relies on in the schema: facts of the catalogue, each one line of text. */
import type { ClientBase } from 'pg';

/** The facts that code of an earlier release needs, and the rules that it must fulfil. */
export interface SchemaPromises {
  /** Tables, columns with their types, functions, rights: none may be missing later. */
  readonly offered: ReadonlySet<string>;
  /** Constraints, unique indexes, columns that must be written: none may be added to what was there before. */
  readonly demanded: ReadonlyMap<string, Demand>;
}

interface Demand {
  readonly table: string;
  /** The columns that it is about. */
  readonly columns: readonly string[];
}

const offeredSql = `
  WITH relations AS (SELECT * FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')),
    roles AS (SELECT oid, rolname FROM pg_roles WHERE rolname LIKE 'attune\\_%' AND NOT rolcanlogin)
  SELECT format('column %s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)) AS fact
    FROM relations c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.relkind <> 'S'
  UNION ALL SELECT format('function %s(%s) %s', proname, pg_get_function_identity_arguments(oid), pg_get_function_result(oid))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype
  UNION ALL SELECT format('policy %s on %s', polname, polrelid::regclass) FROM pg_policy
  UNION ALL SELECT format('right of %s: %s on %s', rolname, right_, relname) FROM roles, relations,
    unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS right_
    WHERE relkind <> 'S' AND has_table_privilege(roles.oid, relations.oid, right_)
  UNION ALL SELECT format('right of %s: %s on %s.%s', rolname, right_, relname, attname) FROM roles, relations
    JOIN pg_attribute a ON a.attrelid = relations.oid AND a.attnum > 0 AND NOT a.attisdropped,
    unnest(array['SELECT', 'INSERT', 'UPDATE']) AS right_
    WHERE relkind <> 'S' AND has_column_privilege(roles.oid, a.attrelid, a.attnum, right_)
  UNION ALL SELECT format('right of %s: EXECUTE %s(%s)', rolname, proname, pg_get_function_identity_arguments(p.oid)) FROM roles,
    pg_proc p WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype AND has_function_privilege(roles.oid, p.oid, 'EXECUTE')`;

const demandedSql = `
  WITH tables AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))
  SELECT format('column %s.%s must be written', relname, attname) AS rule, relname AS table, array[attname::text] AS columns
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE attnotnull AND NOT atthasdef AND attidentity = ''
  UNION ALL SELECT format('constraint of %s: %s', relname, pg_get_constraintdef(k.oid)), relname,
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY (conkey))
    FROM tables t JOIN pg_constraint k ON k.conrelid = t.oid WHERE contype IN ('c', 'f', 'u', 'p', 'x')
  UNION ALL SELECT format('unique index of %s: %s', relname, regexp_replace(pg_get_indexdef(i.indexrelid), '^.* USING ', '')), relname,
    array(SELECT attname::text FROM pg_attribute WHERE attrelid = t.oid AND attnum = ANY (indkey::int2[]))
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid WHERE indisunique`;

/** Reads them from the catalogue, over any connection. */
export async function readSchemaPromises(client: ClientBase): Promise<SchemaPromises> {
  const offered = await client.query<{ fact: string }>(offeredSql);
  const demanded = await client.query<Demand & { rule: string }>(demandedSql);
  return {
    offered: new Set(offered.rows.map(({ fact }) => fact)),
    demanded: new Map(demanded.rows.map(({ rule, ...demand }) => [rule, demand])),
  };
}

/**
 * What code that was written for `before` could no longer do on the schema `after`, one line each. Rules of new tables and new columns do
 * not concern it: it never writes them.
 */
export function findBrokenPromises(before: SchemaPromises, after: SchemaPromises): string[] {
  const known = (table: string, column: string): boolean =>
    [...before.offered].some((fact) => fact.startsWith(`column ${table}.${column} `));
  const isNewRule = ([rule, { table, columns }]: [string, Demand]): boolean =>
    !before.demanded.has(rule) && hasTable(before, table) && columns.every((name) => known(table, name));
  const mustBeWritten = ([rule, { table, columns }]: [string, Demand]): boolean =>
    rule.endsWith('must be written') && hasTable(before, table) && !known(table, columns[0]!);
  const rules = [...after.demanded].filter((rule) => isNewRule(rule) || mustBeWritten(rule));
  return [
    ...[...before.offered].filter((fact) => !after.offered.has(fact)).map((fact) => `no longer: ${fact}`),
    ...rules.map(([rule]) => `new rule: ${rule}`),
  ].toSorted();
}

function hasTable({ offered }: SchemaPromises, table: string): boolean {
  return [...offered].some((fact) => fact.startsWith(`column ${table}.`));
}
