import { Logger } from '@nestjs/common';
import { Clock, SystemClock, UnauthenticatedError, UnavailableError } from '#kernel';
import { TenancyConfig } from '#tenancy';
import { JwtVerifier } from '../../../libs/tenancy/src/authentication/jwt/jwt-verifier.js';
import { type KeyServer, createKey, issueToken, serveKeys } from './identity-provider.js';

const [keyA, keyB] = [0, 1].map((index) => createKey({ kid: ['a', 'b'][index]! }, index).published);
const minuteMs = 60_000;

class ShiftedClock extends Clock {
  aheadMs = 0;
  private readonly real = new SystemClock();

  now(): number {
    return this.real.now() + this.aheadMs;
  }
}

describe('the published keys of an identity provider', () => {
  let server: KeyServer;
  let clock: ShiftedClock;
  let verifier: JwtVerifier;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    server = await serveKeys([keyA]);
    clock = new ShiftedClock();
    verifier = JwtVerifier.fromConfig(new TenancyConfig({ JWT_JWKS_URL: server.url }), clock)!;
  });

  afterEach(() => server.close());

  /** A token that lives an hour, signed with the key of this index and named by this kid. */
  async function tokenOf(index: number, kid = ['a', 'b'][index]!): Promise<string> {
    const keys = [{}, {}].map(() => ({ alg: 'RS256' }));
    const claims = { exp: 'now+3600' };
    return (await issueToken({ case: '', keys, token: { key: index, kid, claims }, expect: {} })).token;
  }

  async function verify(token: string): Promise<string> {
    try {
      return (await verifier.verify(token)).principal.actor;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return error.reason;
      if (error instanceof UnavailableError) return 'unavailable';
      throw error;
    }
  }

  it('the keys include a new one at once', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.keys = [keyA, keyB];
    expect(await verify(await tokenOf(1))).toBe('jwt:ada');
    expect(server.requests).toBe(2);
  });

  it('the keys include a new one with the kid of the old one at once', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.keys = [createKey({ kid: 'a' }, 1).published];
    expect(await verify(await tokenOf(1, 'a'))).toBe('jwt:ada');
    expect(await verify(await tokenOf(0))).toBe('jwt_signature');
  });

  it('the keys are read from a file that begins with a byte order mark', async () => {
    server.prefix = '\uFEFF';
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
  });

  it('the keys are fetched once for a kid that stays unknown, and again after a while', async () => {
    await verify(await tokenOf(0));
    const unknown = await tokenOf(1);
    for (let round = 0; round < 3; round += 1) expect(await verify(unknown)).toBe('jwt_unknown_key');
    expect(server.requests).toBe(2);
    server.keys = [keyA, keyB];
    clock.aheadMs = 15_000;
    expect(await verify(unknown)).toBe('jwt:ada');
  });

  it('the keys are fetched once for many invented kids at the same time', async () => {
    await verify(await tokenOf(0));
    const tokens = await Promise.all(Array.from({ length: 30 }, (_, at) => tokenOf(1, `invented-${at}`)));
    const answers = await Promise.all(tokens.map(verify));
    expect(new Set(answers)).toEqual(new Set(['jwt_unknown_key']));
    expect(server.requests).toBe(2);
  });

  it.each([
    ['answers 500', (down: KeyServer) => (down.status = 500)],
    ['publishes no key', (down: KeyServer) => (down.keys = [])],
    ['is down', (down: KeyServer) => down.close()],
  ])(
    'the keys stay in use while the provider %s, and an unknown key may be valid then',
    async (_how, fail) => {
      const known = await tokenOf(0);
      expect(await verify(known)).toBe('jwt:ada');
      fail(server);
      clock.aheadMs = 30 * minuteMs;
      expect(await verify(known)).toBe('jwt:ada');
      expect(await verify(await tokenOf(1))).toBe('unavailable');
      expect(await verify(known)).toBe('jwt:ada');
    },
  );

  it('the keys do not include a removed one after ten minutes', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.keys = [keyB];
    clock.aheadMs = 11 * minuteMs;
    expect(await verify(await tokenOf(0))).toBe('jwt_unknown_key');
  });
});
