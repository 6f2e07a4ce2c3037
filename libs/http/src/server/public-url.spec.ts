import type { FastifyRequest } from 'fastify';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';
import { isFromKnownOrigin, publicUrlOf } from './public-url.js';

type Options = Parameters<typeof startTestHttpApp>[0];

/** What `read` says of a request with these headers to a server with these options. */
async function askOf<T>(
  read: (request: FastifyRequest) => T,
  headers: Record<string, string>,
  options: Options = {},
): Promise<T | undefined> {
  const app: TestHttpApp = await startTestHttpApp(options);
  let answer: T | undefined;
  app.server.registerAccessControl((request) => {
    answer = read(request);
  });
  await app.server.inject({ method: 'POST', url: '/guarded', headers });
  await app.close();
  return answer;
}

describe('publicUrlOf', () => {
  const forwarded = { host: 'replica:3000', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'a.example' };

  it.each<[string, Record<string, string>, Options, string]>([
    ['the host of the request', { host: 'attune.local:3000' }, {}, 'http://attune.local:3000'],
    ['what a trusted proxy forwards', forwarded, {}, 'https://a.example'],
    ['the host, if the proxy is not trusted', forwarded, { trustedProxies: [] }, 'http://replica:3000'],
    ['PUBLIC_URL', forwarded, { publicUrl: 'https://b.example/attune/' }, 'https://b.example/attune'],
  ])('returns %s', async (_what, headers, options, expected) => {
    expect(await askOf(publicUrlOf, headers, options)).toBe(expected);
  });
});

describe('isFromKnownOrigin', () => {
  const options = { publicUrl: 'https://attune.example/x', corsOrigins: ['https://app.example'] };

  it.each<[string, boolean]>([
    ['https://attune.example', true],
    ['https://app.example', true],
    ['http://localhost:5173', true],
    ['http://[::1]:3000', true],
    ['http://attune.example', false],
    ['https://attune.example:8443', false],
    ['https://attune.example.evil.example', false],
    ['https://evil.example', false],
    ['null', false],
    ['', false],
  ])('says of a request with the origin %j: %s', async (origin, expected) => {
    expect(await askOf(isFromKnownOrigin, { origin, host: 'evil.example' }, options)).toBe(expected);
  });

  it('knows a request without an origin, and one of the host itself', async () => {
    expect(await askOf(isFromKnownOrigin, {}, options)).toBe(true);
    expect(await askOf(isFromKnownOrigin, { origin: 'http://a.example:3000', host: 'a.example:3000' })).toBe(
      true,
    );
    expect(await askOf(isFromKnownOrigin, { origin: 'http://b.example:3000', host: 'a.example:3000' })).toBe(
      false,
    );
  });
});
