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
  secret,
  text,
  url,
} from '#kernel';

/** The environment variables of tenancy. */
export const tenancyVariables = {
  ATTUNE_PLATFORM_API_KEY: secret(
    matching(
      /^atn_[a-z0-9]{8,32}_[A-Za-z0-9]{32,100}$/,
      'atn_<id>_<secret>, the id 8 to 32 of a-z 0-9, the secret 32 to 100 letters and digits',
    ),
  ),
  JWT_SECRET: secret(minBytes(32)),
  JWT_JWKS_URL: url('http:', 'https:'),
  JWT_ISSUER: text,
  JWT_AUDIENCE: text,
  JWT_CLOCK_TOLERANCE_S: integer(0, 300, 30),
  JWT_ROLE_CLAIM: text,
  JWT_TENANT_CLAIM: text,
  OIDC_ISSUER: url('https:', 'http:'),
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: secret(text),
  OIDC_ROLES_CLAIM: text,
  OIDC_SCOPES: text,
};

/** The identity provider of the environment, at which people sign in. */
export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** null: a public client. */
  readonly clientSecret: string | null;
  /** The dotted path of the claim that mappings read. */
  readonly claim: string;
  readonly scopes: readonly string[];
}

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
  /** Null: people sign in with API keys, and at the identity connections of the database. */
  readonly oidc: OidcOptions | null;

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
    this.oidc = readOidcOptions(values);
  }
}

/** Its `KEY` is the token of `TenancyConfig`. */
export const tenancyConfig = registerAs(
  'tenancy',
  (variables: Variables = {}) => new TenancyConfig(variables),
);

type Values = VariableValues<typeof tenancyVariables>;

function readOidcOptions(values: Values): OidcOptions | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  if (issuer === null || clientId === null) return null;
  const scopes = new Set(['openid', ...(values.OIDC_SCOPES ?? 'profile').split(/[\s,]+/)]);
  return { issuer, clientId, clientSecret, claim: values.OIDC_ROLES_CLAIM ?? 'groups', scopes: [...scopes] };
}

function findRules(values: Values): VariableRule[] {
  const { JWT_SECRET: jwtSecret, JWT_JWKS_URL: jwksUrl, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values;
  const hasNoKeys = jwtSecret === null && jwksUrl === null;
  return [
    [jwtSecret !== null && jwksUrl !== null, 'JWT_SECRET and JWT_JWKS_URL contradict each other; set one.'],
    [issuer !== null && hasNoKeys, 'JWT_ISSUER needs JWT_SECRET or JWT_JWKS_URL.'],
    [audience !== null && hasNoKeys, 'JWT_AUDIENCE needs JWT_SECRET or JWT_JWKS_URL.'],
    ...findOidcRules(values),
  ];
}

function findOidcRules({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, ...values }: Values): VariableRule[] {
  const details = ['OIDC_CLIENT_SECRET', 'OIDC_ROLES_CLAIM', 'OIDC_SCOPES'] as const;
  return [
    [issuer !== null && clientId === null, 'OIDC_ISSUER needs OIDC_CLIENT_ID.'],
    [issuer === null && clientId !== null, 'OIDC_CLIENT_ID needs OIDC_ISSUER.'],
    ...details.map((name): VariableRule => [
      issuer === null && values[name] !== null,
      `${name} needs OIDC_ISSUER and OIDC_CLIENT_ID.`,
    ]),
  ];
}
