import { Logger } from '@nestjs/common';
import { Clock, SystemClock, UnauthenticatedError, UnavailableError } from '#kernel';
import { TenancyConfig } from '#tenancy';
import { waitFor } from '#testing';
import { InMemoryLastKnownGoodStore } from '../../../libs/cache/testing/in-memory-last-known-good-store.js';
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
  let copies: InMemoryLastKnownGoodStore;
  let verifier: JwtVerifier;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    server = await serveKeys([keyA]);
    clock = new ShiftedClock();
    copies = new InMemoryLastKnownGoodStore();
    verifier = startReplica();
  });

  afterEach(() => server.close());

  function startReplica(url = server.url): JwtVerifier {
    return JwtVerifier.fromConfig(new TenancyConfig({ JWT_JWKS_URL: url }), clock, copies)!;
  }

  /** A token that lives a day, signed with the key of this index and named by this kid. */
  async function tokenOf(index: number, kid = ['a', 'b'][index]!): Promise<string> {
    const keys = [{}, {}].map(() => ({ alg: 'RS256' }));
    const claims = { exp: 'now+86400' };
    return (await issueToken({ case: '', keys, token: { key: index, kid, claims }, expect: {} })).token;
  }

  async function verify(token: string, by = verifier): Promise<string> {
    try {
      return (await by.verify(token)).principal.actor;
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
    const answers = await Promise.all(tokens.map((token) => verify(token)));
    expect(new Set(answers)).toEqual(new Set(['jwt_unknown_key']));
    expect(server.requests).toBe(2);
  });

  const outages: [how: string, fail: (down: KeyServer) => void][] = [
    ['answers 500', (down) => (down.status = 500)],
    ['redirects to a page', (down) => (down.status = 302)],
    ['answers with a page', (down) => (down.prefix = '<!doctype html><title>Maintenance</title>')],
    ['publishes no key', (down) => (down.keys = [])],
    ['is down', (down) => down.close()],
  ];

  it.each(outages)(
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

  it.each(outages)(
    'the keys of another replica are used after a start while the provider %s',
    async (_how, fail) => {
      expect(await verify(await tokenOf(0))).toBe('jwt:ada');
      fail(server);
      const started = startReplica();
      expect(await verify(await tokenOf(0), started)).toBe('jwt:ada');
    },
  );

  it('the copy of another replica does not say that an unknown key is invalid', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.status = 500;
    expect(await verify(await tokenOf(1), startReplica())).toBe('unavailable');
  });

  it('the keys of the provider replace the copy when it answers again', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.status = 500;
    const started = startReplica();
    expect(await verify(await tokenOf(0), started)).toBe('jwt:ada');
    [server.status, server.keys, clock.aheadMs] = [200, [keyB], minuteMs];
    await verify(await tokenOf(0), started);
    expect(await verify(await tokenOf(1), started)).toBe('jwt:ada');
    expect(await verify(await tokenOf(0), started)).toBe('jwt_unknown_key');
  });

  it('a replica without keys answers again as soon as the provider does', async () => {
    server.status = 503;
    expect(await verify(await tokenOf(0))).toBe('unavailable');
    [server.status, clock.aheadMs] = [200, 2_000];
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
  });

  it('the keys of one URL do not verify tokens of another', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    expect(await verify(await tokenOf(0), startReplica('http://127.0.0.1:9/jwks'))).toBe('unavailable');
  });

  it('the keys are fetched at the start, before a token needs them', async () => {
    verifier.onApplicationBootstrap();
    await waitFor(() => server.requests === 1);
    server.status = 500;
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
  });

  it('a token with a known key waits once for a provider that takes requests and does not answer', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.hangs = true;
    const started = startReplica();
    expect(await verify(await tokenOf(0), started)).toBe('jwt:ada');
    // If each waited for its fetch, all would take longer than the time of this test.
    for (let round = 1; round <= 12; round += 1) {
      clock.aheadMs = round * 30 * minuteMs;
      expect(await verify(await tokenOf(0), started)).toBe('jwt:ada');
    }
  }, 30_000);

  it('the keys do not include a removed one after ten minutes', async () => {
    expect(await verify(await tokenOf(0))).toBe('jwt:ada');
    server.keys = [keyB];
    clock.aheadMs = 11 * minuteMs;
    expect(await verify(await tokenOf(0))).toBe('jwt_unknown_key');
  });
});
