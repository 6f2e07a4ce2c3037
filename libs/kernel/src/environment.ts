import {
  type PineconeOptions,
  type RerankerOptions,
  toPineconeOptions,
  toRerankerOptions,
  findRetrievalContradictions,
} from './retrieval-variables.js';
import {
  type VariableReader,
  minBytes,
  hostOrUrl,
  matching,
  dnsServers,
  oneOf,
  redisUrl,
  text,
  url,
  integer,
} from './variable-readers.js';

/** The reader of each variable in docs/reference/environment.md. */
const variableReaders = {
  PORT: integer(0, 65_535, 3000),
  MANAGEMENT_PORT: integer(1, 65_535, null),
  DATABASE_URL: url('postgres:', 'postgresql:'),
  MIGRATION_DATABASE_URL: url('postgres:', 'postgresql:'),
  REDIS_URL: redisUrl,
  DATA_DIR: text,
  ATTUNE_PLATFORM_API_KEY: matching(
    /^atn_[a-z0-9]{8,32}_[A-Za-z0-9]{32,100}$/,
    'atn_<id>_<secret>, the id 8 to 32 of a-z 0-9, the secret 32 to 100 letters and digits',
  ),
  ATTUNE_URL: url('http:', 'https:'),
  ATTUNE_API_KEY: text,
  ATTUNE_DEMO: oneOf(['true', 'false']),
  JWT_SECRET: minBytes(32),
  JWT_JWKS_URL: url('http:', 'https:'),
  JWT_ISSUER: text,
  JWT_AUDIENCE: text,
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: url('http:', 'https:'),
  ANTHROPIC_API_KEY: text,
  ANTHROPIC_BASE_URL: url('http:', 'https:'),
  PINECONE_API_KEY: text,
  PINECONE_INDEX: matching(/^[a-z0-9-]{1,45}$/, 'an index of Pinecone: 1 to 45 of a-z 0-9 -'),
  PINECONE_HOST: hostOrUrl,
  EMBEDDINGS: oneOf<'local' | 'openai' | 'openai-compatible'>(['local', 'openai', 'openai-compatible']),
  EMBEDDINGS_BASE_URL: url('http:', 'https:'),
  EMBEDDINGS_MODEL: text,
  RERANKER: oneOf<'local' | 'pinecone' | 'http'>(['local', 'pinecone', 'http']),
  RERANKER_URL: url('http:', 'https:'),
  RERANKER_API_KEY: text,
  RERANKER_MODEL: text,
  VECTOR_STORE: oneOf<'postgres' | 'pinecone'>(['postgres', 'pinecone']),
  LAUNCHDARKLY_SDK_KEY: matching(/^[\x21-\x7e]{1,200}$/, 'an SDK key of LaunchDarkly'),
  CONFIG_CHANGES_PER_HOUR: integer(0, 1_000_000, 10),
  CONFIG_TESTS_PER_HOUR: integer(0, 1_000_000, 20),
  DATABASE_OUTAGE_MS: integer(500, 60_000, 2_000),
  QUERY_DEADLINE_MS: integer(100, 600_000, 30_000),
  DNS_SERVERS: dnsServers,
  LOG_LEVEL: oneOf<'debug' | 'info' | 'warn' | 'error'>(['debug', 'info', 'warn', 'error']),
} satisfies Record<string, VariableReader<unknown>>;

type VariableValues = {
  readonly [Name in keyof typeof variableReaders]: ReturnType<(typeof variableReaders)[Name]>;
};
type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The environment cannot be used; the message names each variable and what it must be. */
export class EnvironmentError extends Error {
  constructor(errors: readonly string[]) {
    super(['The environment is not valid:', ...errors.map((error) => `  ${error}`)].join('\n'));
    this.name = 'EnvironmentError';
  }
}

/** The environment variables, validated once at the start. A variable that is not set is null. */
export class Environment {
  /** Private to the language, so that nothing that prints this object prints secrets of the host. */
  readonly #variables: EnvironmentVariables;
  readonly port: number;
  /** Where metrics and health are served apart from the API. */
  readonly managementPort: number | null;
  readonly databaseUrl: string | null;
  /** Silence after which the database counts as unreachable, in milliseconds. */
  readonly databaseOutageMs: number;
  readonly migrationDatabaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly dataDir: string;
  readonly platformApiKey: string | null;
  /** Which server the `attune` command speaks to, and with which key; the server itself has no use for them. */
  readonly attuneUrl: string | null;
  readonly attuneApiKey: string | null;
  readonly demo: boolean;
  readonly jwtSecret: string | null;
  readonly jwtJwksUrl: string | null;
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string | null;
  readonly openaiApiKey: string | null;
  readonly openaiBaseUrl: string | null;
  readonly anthropicApiKey: string | null;
  readonly anthropicBaseUrl: string | null;
  readonly embeddings: 'local' | 'openai' | 'openai-compatible';
  readonly embeddingsBaseUrl: string | null;
  readonly embeddingsModel: string | null;
  readonly vectorStore: 'postgres' | 'pinecone';
  /** null without a key. */
  readonly pinecone: PineconeOptions | null;
  readonly reranker: RerankerOptions;
  /** null: there are no feature flags. */
  readonly launchdarklySdkKey: string | null;
  readonly queryDeadlineMs: number;
  readonly configChangesPerHour: number;
  readonly configTestsPerHour: number;
  /** The least severe log line that is written. */
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** The resolvers that custom domains are looked up with; null for the system's. */
  readonly dnsServers: readonly string[] | null;

  private constructor(
    values: VariableValues,
    /** Setting name → text of `DEFAULT_<SETTING>`. */
    readonly settingDefaults: Readonly<Record<string, string>>,
    variables: EnvironmentVariables,
  ) {
    this.#variables = variables;
    this.port = values.PORT;
    this.managementPort = values.MANAGEMENT_PORT;
    this.databaseUrl = values.DATABASE_URL;
    this.databaseOutageMs = values.DATABASE_OUTAGE_MS;
    this.migrationDatabaseUrl = values.MIGRATION_DATABASE_URL;
    this.redisUrl = values.REDIS_URL;
    this.dataDir = values.DATA_DIR ?? '.attune';
    this.platformApiKey = values.ATTUNE_PLATFORM_API_KEY;
    this.attuneUrl = values.ATTUNE_URL;
    this.attuneApiKey = values.ATTUNE_API_KEY;
    this.demo = values.ATTUNE_DEMO === null ? this.databaseUrl === null : values.ATTUNE_DEMO === 'true';
    this.jwtSecret = values.JWT_SECRET;
    this.jwtJwksUrl = values.JWT_JWKS_URL;
    this.jwtIssuer = values.JWT_ISSUER;
    this.jwtAudience = values.JWT_AUDIENCE;
    this.openaiApiKey = values.OPENAI_API_KEY;
    this.openaiBaseUrl = values.OPENAI_BASE_URL;
    this.anthropicApiKey = values.ANTHROPIC_API_KEY;
    this.anthropicBaseUrl = values.ANTHROPIC_BASE_URL;
    this.embeddings = values.EMBEDDINGS ?? (this.openaiApiKey === null ? 'local' : 'openai');
    this.embeddingsBaseUrl = values.EMBEDDINGS_BASE_URL;
    this.embeddingsModel = values.EMBEDDINGS_MODEL;
    this.vectorStore = values.VECTOR_STORE ?? 'postgres';
    this.pinecone = toPineconeOptions(values);
    this.reranker = toRerankerOptions(values);
    this.launchdarklySdkKey = values.LAUNCHDARKLY_SDK_KEY;
    this.queryDeadlineMs = values.QUERY_DEADLINE_MS;
    this.configChangesPerHour = values.CONFIG_CHANGES_PER_HOUR;
    this.configTestsPerHour = values.CONFIG_TESTS_PER_HOUR;
    this.dnsServers = values.DNS_SERVERS;
    this.logLevel = values.LOG_LEVEL ?? 'info';
  }

  /**
   * @param settingNames What may follow `DEFAULT_`.
   * @throws EnvironmentError that names every faulty variable.
   */
  static read(variables: EnvironmentVariables, settingNames: readonly string[] = []): Environment {
    const errors: string[] = [...findUnknownVariables(variables, settingNames)];
    const values = Object.fromEntries(
      Object.entries(variableReaders).map(([name, reader]) => [
        name,
        parseVariable(name, reader, variables, errors),
      ]),
    ) as VariableValues;
    errors.push(...findContradictions(values));
    if (errors.length > 0) throw new EnvironmentError(errors);
    return new Environment(values, readSettingDefaults(variables), variables);
  }

  /** Printed or logged, it tells nothing: half of it are secrets. */
  toJSON(): string {
    return 'Environment';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return 'Environment';
  }

  /** The API key that a model's `api_key_env` names; null when it is not set. */
  findSecret(name: string): string | null {
    return findVariable(this.#variables, name);
  }
}

/** An empty variable counts as unset: that is how compose files pass what is not there. */
function findVariable(variables: EnvironmentVariables, name: string): string | null {
  const value = Object.hasOwn(variables, name) ? variables[name]?.trim() : undefined;
  return value === undefined || value === '' ? null : value;
}

function parseVariable(
  name: string,
  reader: VariableReader<unknown>,
  variables: EnvironmentVariables,
  errors: string[],
): unknown {
  try {
    return reader(findVariable(variables, name));
  } catch (error) {
    errors.push(`${name} ${(error as Error).message}.`);
    return null;
  }
}

const defaultPrefix = 'DEFAULT_';

function readSettingDefaults(variables: EnvironmentVariables): Record<string, string> {
  const names = Object.keys(variables).filter((name) => name.startsWith(defaultPrefix));
  const entries = names.map((name) => [
    name.slice(defaultPrefix.length).toLowerCase(),
    findVariable(variables, name),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== null)) as Record<string, string>;
}

/** A misspelt name would be ignored without a word; names that are clearly meant for us are checked. */
function findUnknownVariables(variables: EnvironmentVariables, settingNames: readonly string[]): string[] {
  return Object.keys(variables)
    .filter((name) => findVariable(variables, name) !== null)
    .flatMap((name) => {
      if (name.startsWith('ATTUNE_') && !Object.hasOwn(variableReaders, name))
        return [`${name} is not a variable of Attune.`];
      const isDefault = name.startsWith(defaultPrefix);
      const isSetting = settingNames.includes(name.slice(defaultPrefix.length).toLowerCase());
      return isDefault && !isSetting ? [`${name} names no setting.`] : [];
    });
}

function findContradictions(values: VariableValues): string[] {
  const rules: [boolean, string][] = [
    [
      values.MIGRATION_DATABASE_URL !== null && values.DATABASE_URL === null,
      'MIGRATION_DATABASE_URL needs DATABASE_URL.',
    ],
    [
      values.MANAGEMENT_PORT !== null && values.MANAGEMENT_PORT === values.PORT,
      'MANAGEMENT_PORT and PORT are the same; the management port is another one.',
    ],
    [
      values.JWT_SECRET !== null && values.JWT_JWKS_URL !== null,
      'JWT_SECRET and JWT_JWKS_URL contradict each other; set one.',
    ],
    [isSetWithoutJwtKeys(values, values.JWT_ISSUER), 'JWT_ISSUER needs JWT_SECRET or JWT_JWKS_URL.'],
    [isSetWithoutJwtKeys(values, values.JWT_AUDIENCE), 'JWT_AUDIENCE needs JWT_SECRET or JWT_JWKS_URL.'],
    [
      values.EMBEDDINGS === 'openai' && values.OPENAI_API_KEY === null,
      'EMBEDDINGS=openai needs OPENAI_API_KEY.',
    ],
    [
      hasUnusedEmbeddingsVariables(values),
      'EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL need EMBEDDINGS=openai-compatible.',
    ],
    [
      lacksEmbeddingsVariables(values),
      'EMBEDDINGS=openai-compatible needs EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.',
    ],
    ...findRetrievalContradictions(values),
  ];
  return rules.filter(([isBroken]) => isBroken).map(([, message]) => message);
}

function isSetWithoutJwtKeys(values: VariableValues, variable: string | null): boolean {
  return variable !== null && values.JWT_SECRET === null && values.JWT_JWKS_URL === null;
}

function hasUnusedEmbeddingsVariables(values: VariableValues): boolean {
  const isAnySet = values.EMBEDDINGS_BASE_URL !== null || values.EMBEDDINGS_MODEL !== null;
  return isAnySet && values.EMBEDDINGS !== 'openai-compatible';
}

function lacksEmbeddingsVariables(values: VariableValues): boolean {
  const hasBoth = values.EMBEDDINGS_BASE_URL !== null && values.EMBEDDINGS_MODEL !== null;
  return values.EMBEDDINGS === 'openai-compatible' && !hasBoth;
}
