import { registerAs } from '@nestjs/config';
import {
  type VariableRule,
  type VariableValues,
  type Variables,
  VariablesConfig,
  integer,
  matching,
  minBytes,
  readVariables,
  text,
  url,
} from '#kernel';

/** The environment variables of tenancy. */
export const tenancyVariables = {
  ATTUNE_PLATFORM_API_KEY: matching(
    /^atn_[a-z0-9]{8,32}_[A-Za-z0-9]{32,100}$/,
    'atn_<id>_<secret>, the id 8 to 32 of a-z 0-9, the secret 32 to 100 letters and digits',
  ),
  JWT_SECRET: minBytes(32),
  JWT_JWKS_URL: url('http:', 'https:'),
  JWT_ISSUER: text,
  JWT_AUDIENCE: text,
  JWT_CLOCK_TOLERANCE_S: integer(0, 300, 30),
  JWT_ROLE_CLAIM: text,
  JWT_TENANT_CLAIM: text,
};

/** Which credentials are accepted besides the API keys of the database. */
export class TenancyConfig extends VariablesConfig {
  /** Null: the first start creates a platform key and prints it. */
  readonly platformApiKey: string | null;
  /** Never set together with `jwtJwksUrl`. Both null: JWTs are not accepted. */
  readonly jwtSecret: string | null;
  readonly jwtJwksUrl: string | null;
  readonly jwtIssuer: string | null;
  readonly jwtAudience: string | null;
  /** Seconds by which the clocks of the identity provider and of this machine may differ. */
  readonly jwtClockToleranceS: number;
  /** Dotted paths. */
  readonly jwtRoleClaim: string;
  readonly jwtTenantClaim: string;

  /** @throws EnvironmentError */
  constructor(variables: Variables = {}) {
    super();
    const values = readVariables(tenancyVariables, variables, findRules);
    this.platformApiKey = values.ATTUNE_PLATFORM_API_KEY;
    this.jwtSecret = values.JWT_SECRET;
    this.jwtJwksUrl = values.JWT_JWKS_URL;
    this.jwtIssuer = values.JWT_ISSUER;
    this.jwtAudience = values.JWT_AUDIENCE;
    this.jwtClockToleranceS = values.JWT_CLOCK_TOLERANCE_S;
    this.jwtRoleClaim = values.JWT_ROLE_CLAIM ?? 'role';
    this.jwtTenantClaim = values.JWT_TENANT_CLAIM ?? 'tenant_id';
  }
}

/** Its `KEY` is the token of `TenancyConfig`. */
export const tenancyConfig = registerAs(
  'tenancy',
  (variables: Variables = {}) => new TenancyConfig(variables),
);

function findRules(values: VariableValues<typeof tenancyVariables>): VariableRule[] {
  const { JWT_SECRET: secret, JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values;
  const hasNoKeys = secret === null && jwksUrl === null;
  return [
    [secret !== null && jwksUrl !== null, 'JWT_SECRET and JWT_JWKS_URL contradict each other; set one.'],
    [issuer !== null && hasNoKeys, 'JWT_ISSUER needs JWT_SECRET or JWT_JWKS_URL.'],
    [audience !== null && hasNoKeys, 'JWT_AUDIENCE needs JWT_SECRET or JWT_JWKS_URL.'],
  ];
}
