import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NoLastKnownGoodStore } from '#cache';
import { SystemClock, UnauthenticatedError } from '#kernel';
import { TenancyConfig } from '#tenancy';
import { JwtVerifier } from '../../../libs/tenancy/src/authentication/jwt/jwt-verifier.js';
import { type IdentityCase, issueToken, serveKeys } from './identity-provider.js';

const cases = globSync('*.json', { cwd: import.meta.dirname })
  .toSorted()
  .map(
    (file) =>
      [file, JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as IdentityCase] as const,
  );

/** The principal, or the refusal. */
async function verify(oddity: IdentityCase): Promise<unknown> {
  const { token, published } = await issueToken(oddity);
  const server = await serveKeys(published);
  const keys = oddity.secret === undefined ? { JWT_JWKS_URL: server.url } : { JWT_SECRET: oddity.secret };
  const verifier = JwtVerifier.fromConfig(
    new TenancyConfig({ ...keys, ...oddity.environment }),
    new SystemClock(),
    new NoLastKnownGoodStore(),
  );
  try {
    return (await verifier!.verify(token)).principal;
  } catch (error) {
    if (!(error instanceof UnauthenticatedError)) throw error;
    return { refused: error.reason, detail: error.message };
  } finally {
    server.close();
  }
}

describe('JwtVerifier', () => {
  it.each(cases)('JwtVerifier accepts or refuses %s as the file expects', async (_file, oddity) => {
    const { accepted, ...refusal } = oddity.expect;
    const usual = {
      actor: expect.stringMatching(/^jwt:/) as string,
      subject: 'ada',
      role: 'member',
      tenantId: 'acme',
    };
    expect(await verify(oddity)).toMatchObject(accepted === undefined ? refusal : { ...usual, ...accepted });
  });
});
