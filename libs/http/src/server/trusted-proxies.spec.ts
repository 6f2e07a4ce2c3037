import { startTestHttpApp } from '../../testing/test-http-app.js';

const asked = '203.0.113.7';

/** The address of a request that arrives from 127.0.0.1. */
async function addressOf(forwardedFor: string, trustedProxies?: readonly string[]): Promise<string> {
  const app = await startTestHttpApp(trustedProxies === undefined ? {} : { trustedProxies });
  let address = '';
  app.server.registerAccessControl(({ ip }) => {
    address = ip;
  });
  await app.server.inject({ method: 'POST', url: '/guarded', headers: { 'x-forwarded-for': forwardedFor } });
  await app.close();
  return address;
}

describe('trustedProxies of createHttpAdapter', () => {
  it.each<[string, string, readonly string[] | undefined, string]>([
    ['the client that a proxy on this machine names', asked, undefined, asked],
    [
      'the address before the trusted proxy, not what the client added',
      `6.6.6.6, ${asked}`,
      undefined,
      asked,
    ],
    ['a private address, which nobody trusts by default', '6.6.6.6, 10.1.2.3', undefined, '10.1.2.3'],
    ['the client behind two trusted proxies', `${asked}, 10.1.2.3`, ['loopback', '10.0.0.0/8'], asked],
    ['the connection, when no proxy is trusted', asked, [], '127.0.0.1'],
    ['the connection, when another proxy is trusted', asked, ['10.0.0.0/8'], '127.0.0.1'],
  ])('the address of a request is %s', async (_what, forwardedFor, trusted, expected) => {
    expect(await addressOf(forwardedFor, trusted)).toBe(expected);
  });
});
