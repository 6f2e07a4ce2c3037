import { registerAs } from '@nestjs/config';
import {
  type VariableReader,
  type VariableRule,
  type VariableValues,
  type Variables,
  VariablesConfig,
  integer,
  readVariables,
  secret,
  text,
  url,
} from '#kernel';

/** A comma in the name of the host or in the parameter `host`. User name and password may have commas. */
const severalHosts =
  /^postgres(?:ql)?:\/\/(?:(?:[^/?]*@)?[^/?@]*,[^/?@]*(?:[/?]|$)|[^?]*\?(?:.*&)?host=[^&]*,)/i;

/** A URL of a Postgres server, which names one host. */
const postgresUrl: VariableReader<string | null> = (value) => {
  if (value !== null && severalHosts.test(value))
    throw new Error(
      'names several hosts and must name one: put a proxy or a virtual address in front of the servers',
    );
  return url('postgres:', 'postgresql:')(value);
};

/** The environment variables of database. */
export const databaseVariables = {
  DATABASE_URL: secret(postgresUrl),
  DATABASE_READ_URL: secret(postgresUrl),
  MIGRATION_DATABASE_URL: secret(postgresUrl),
  DATA_DIR: text,
  DATABASE_OUTAGE_MS: integer(500, 60_000, 2_000),
};

/** Which database the product uses. */
export class DatabaseConfig extends VariablesConfig {
  /** Null: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  /** A standby of it, for lists and reports. Null: they are read from the primary, too. */
  readonly databaseReadUrl: string | null;
  /** Null: the application does not migrate the database at its start. */
  readonly migrationDatabaseUrl: string | null;
  readonly dataDir: string;
  /** Silence after which the server counts as unreachable, in milliseconds. */
  readonly databaseOutageMs: number;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(databaseVariables, variables, findRules);
    this.databaseUrl = values.DATABASE_URL;
    this.databaseReadUrl = values.DATABASE_READ_URL;
    this.migrationDatabaseUrl = values.MIGRATION_DATABASE_URL;
    this.dataDir = values.DATA_DIR ?? '.attune';
    this.databaseOutageMs = values.DATABASE_OUTAGE_MS;
  }
}

/** Its `KEY` is the token of `DatabaseConfig`. */
export const databaseConfig = registerAs(
  'database',
  (variables: Variables = {}) => new DatabaseConfig(variables),
);

function findRules(values: VariableValues<typeof databaseVariables>): VariableRule[] {
  const {
    DATABASE_URL: primaryUrl,
    DATABASE_READ_URL: readUrl,
    MIGRATION_DATABASE_URL: migrationUrl,
  } = values;
  return [
    [migrationUrl !== null && primaryUrl === null, 'MIGRATION_DATABASE_URL needs DATABASE_URL.'],
    [
      readUrl !== null && primaryUrl === null,
      'DATABASE_READ_URL needs DATABASE_URL: the embedded database has no standby.',
    ],
  ];
}
