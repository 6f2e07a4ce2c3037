import { useProxiesInBuiltInClients } from './built-in-clients.js';
import { RecordingServer } from '../testing/recording-server.js';

describe('useProxiesInBuiltInClients', () => {
  it('lets the global fetch use the proxy, except for the hosts of NO_PROXY', async () => {
    const proxy = await RecordingServer.start();
    const direct = await RecordingServer.start();
    useProxiesInBuiltInClients({ http: proxy.url, https: null, except: '127.0.0.1' });
    expect(await (await fetch(`${direct.url}/jwks`)).text()).toBe('reached');
    expect([direct.requests, proxy.requests]).toEqual([['GET /jwks'], []]);
    await (await fetch('http://idp.test.invalid/jwks')).text();
    expect(proxy.requests).not.toEqual([]);
    await Promise.all([proxy.stop(), direct.stop()]);
  });
});
