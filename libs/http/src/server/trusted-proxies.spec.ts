import { addressOf } from '../access/access.decorators.js';
import { startTestHttpApp } from '../../testing/test-http-app.js';

const asked = '203.0.113.7';

interface RequestOrigin {
  readonly trustedProxies?: readonly string[] | undefined;
  /** Where the connection comes from; 127.0.0.1 unless given. */
  readonly remoteAddress?: string;
}

/** The address that the service takes for that of the client. */
async function clientAddress(
  forwardedFor: string,
  { trustedProxies, remoteAddress }: RequestOrigin = {},
): Promise<string> {
  const app = await startTestHttpApp(trustedProxies === undefined ? {} : { trustedProxies });
  let address = '';
  app.server.registerAccessControl((request) => {
    address = addressOf(request);
  });
  await app.server.inject({
    method: 'POST',
    url: '/guarded',
    headers: { 'x-forwarded-for': forwardedFor },
    ...(remoteAddress !== undefined && { remoteAddress }),
  });
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
    expect(await clientAddress(forwardedFor, { trustedProxies: trusted })).toBe(expected);
  });

  it.each([
    ['a proxy on this machine that is connected by IPv6', '::1', ['loopback'], asked],
    ['a proxy whose IPv4 address arrives as one of IPv6', '::ffff:10.1.2.3', ['10.0.0.0/8'], asked],
    ['no trusted proxy, and the address is written as IPv4', '::ffff:192.0.2.9', ['10.0.0.0/8'], '192.0.2.9'],
    ['no trusted proxy, and the address is of IPv6', '2001:db8::9', ['10.0.0.0/8'], '2001:db8::9'],
  ])('knows the client behind %s', async (_what, remoteAddress, trustedProxies, expected) => {
    expect(await clientAddress(asked, { trustedProxies, remoteAddress })).toBe(expected);
  });
});
