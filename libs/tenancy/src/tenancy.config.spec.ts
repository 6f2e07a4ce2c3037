import { TenancyConfig } from './tenancy.config.js';

const secret = 'x'.repeat(32);

describe('TenancyConfig', () => {
  it('has neither a platform key nor keys of JWTs without any variable', () => {
    expect({ ...new TenancyConfig() }).toEqual({
      oidc: null,
      platformApiKey: null,
      jwtSecret: null,
      jwtJwksUrl: null,
      jwtIssuer: null,
      jwtAudience: null,
      jwtClockToleranceS: 30,
      jwtRoleClaim: 'role',
      jwtTenantClaim: 'tenant_id',
    });
  });

  it.each([
    [{ JWT_SECRET: secret }],
    [{ ATTUNE_PLATFORM_API_KEY: `atn_abcdefgh_${'A'.repeat(32)}` }],
    [{ JWT_JWKS_URL: 'https://i/k', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }],
  ])('accepts %j', (variables) => {
    expect(() => new TenancyConfig(variables)).not.toThrow();
  });

  it.each([
    ['ATTUNE_PLATFORM_API_KEY', 'atn_hush_hush'],
    ['JWT_SECRET', 'hush'],
    ['JWT_JWKS_URL', 'ftp://a'],
  ])('refuses %s=%s without showing it', (name, value) => {
    const read = () => new TenancyConfig({ [name]: value });
    expect(read).toThrow(`${name} must`);
    expect(read).not.toThrow(/hush/);
  });

  it.each([
    [
      { JWT_SECRET: secret, JWT_JWKS_URL: 'https://i/k' },
      'JWT_SECRET and JWT_JWKS_URL contradict each other',
    ],
    [{ JWT_ISSUER: 'i' }, 'JWT_ISSUER needs JWT_SECRET or JWT_JWKS_URL.'],
    [{ JWT_AUDIENCE: 'a' }, 'JWT_AUDIENCE needs JWT_SECRET or JWT_JWKS_URL.'],
  ])('refuses the contradiction %j', (variables, message) => {
    expect(() => new TenancyConfig(variables)).toThrow(message);
  });
});
