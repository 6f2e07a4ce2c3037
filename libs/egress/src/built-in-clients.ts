import { setGlobalProxyFromEnv } from 'node:http';
import type { ProxyOptions } from './egress.config.js';

/**
 * Lets every client of this process that uses Node's own `fetch` or `http` go through the proxies, such as those of LaunchDarkly and of
 * JWKS. They reach addresses of the environment only. Does nothing without proxies.
 */
export function useProxiesInBuiltInClients({ http, https, except }: ProxyOptions): void {
  const proxies = [
    ['HTTP_PROXY', http],
    ['HTTPS_PROXY', https],
  ].filter(([, address]) => address?.startsWith('http'));
  if (proxies.length > 0) setGlobalProxyFromEnv({ ...Object.fromEntries(proxies), NO_PROXY: except ?? '' });
}
