import { registerAs } from '@nestjs/config';
import {
  type VariableRule,
  type VariableValues,
  type Variables,
  VariablesConfig,
  integer,
  minBytes,
  oneOf,
  readVariables,
  secret,
  text,
  url,
} from '#kernel';
import { origins, proxies, publicUrl } from './list-readers.js';

/**
 * The environment variables of the server itself. The `attune` command uses the last two. The server reads them only to check
 * them, because a server and a command often share one file of variables.
 */
export const apiVariables = {
  PORT: integer(0, 65_535, 3000),
  MANAGEMENT_PORT: integer(1, 65_535, null),
  METRICS_TOKEN: secret(minBytes(16)),
  TRUSTED_PROXIES: proxies,
  CORS_ORIGINS: origins,
  PUBLIC_URL: publicUrl,
  LOG_LEVEL: oneOf<'debug' | 'info' | 'warn' | 'error'>(['debug', 'info', 'warn', 'error']),
  SHUTDOWN_DRAIN_MS: integer(0, 600_000, 8_000),
  ATTUNE_URL: url('http:', 'https:'),
  ATTUNE_API_KEY: secret(text),
};

/** Where the server listens, and what it logs. */
export class ApiConfig extends VariablesConfig {
  /** 0: any free port. */
  readonly port: number;
  /** Where metrics and health are served apart from the API. Null: the API's port serves them too. */
  readonly managementPort: number | null;
  /** A bearer token that may read `/metrics` on the API's port, as platform credentials may. */
  readonly metricsToken: string | null;
  /** Whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** The origins whose pages may call the API. */
  readonly corsOrigins: readonly string[];
  /** Where people reach the API. Null: what each request says. */
  readonly publicUrl: string | null;
  /** The least severe level that is logged. */
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** How long a replica that is ending still answers, in milliseconds; longer than a load balancer keeps idle connections. */
  readonly shutdownDrainMs: number;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(apiVariables, variables, findRules);
    this.port = values.PORT;
    this.managementPort = values.MANAGEMENT_PORT;
    this.metricsToken = values.METRICS_TOKEN;
    this.trustedProxies = values.TRUSTED_PROXIES;
    this.corsOrigins = values.CORS_ORIGINS;
    this.publicUrl = values.PUBLIC_URL;
    this.logLevel = values.LOG_LEVEL ?? 'info';
    this.shutdownDrainMs = values.SHUTDOWN_DRAIN_MS;
  }
}

/** Its `KEY` is the token of `ApiConfig`. */
export const apiConfig = registerAs('api', (variables: Variables = {}) => new ApiConfig(variables));

function findRules({ PORT: port, MANAGEMENT_PORT: managementPort }: VariableValues<typeof apiVariables>) {
  const message = 'MANAGEMENT_PORT and PORT are the same; the management port is another one.';
  return [[managementPort !== null && managementPort === port, message]] satisfies VariableRule[];
}
