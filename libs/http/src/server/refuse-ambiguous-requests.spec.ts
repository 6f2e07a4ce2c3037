import type { AddressInfo } from 'node:net';
import { UnauthenticatedError } from '#kernel';
import { RawRequest } from '../../testing/raw-request.js';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

describe('refuseAmbiguousRequests', () => {
  let app: TestHttpApp;
  let port: number;

  beforeAll(async () => {
    app = await startTestHttpApp();
    app.server.registerAccessControl(({ headers }) => {
      if (headers.authorization !== 'Bearer right') throw new UnauthenticatedError('Who?');
    });
    const prepared = { status: 200, headers: {}, body: 'prepared', principal: undefined };
    app.server.registerFastPath('/orders', () => prepared);
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    port = (app.server.server.address() as AddressInfo).port;
  });

  afterAll(() => app.close());

  async function statusOf(...lines: string[]): Promise<number> {
    const request = await RawRequest.open(port);
    await request.send(`${lines.join('\r\n')}\r\n\r\n`);
    const status = await request.status();
    request.close();
    return status;
  }

  it.each(['/orders', '/orders?limit=1'])(
    'GET %s is refused unless it has exactly one Host',
    async (path) => {
      expect(await statusOf(`GET ${path} HTTP/1.1`, 'Host: a')).toBe(200);
      expect(await statusOf(`GET ${path} HTTP/1.0`)).toBe(200);
      expect(await statusOf(`GET ${path} HTTP/1.1`, 'Host: a', 'Host: a')).toBe(400);
      expect(await statusOf(`GET ${path} HTTP/1.1`, 'Host: a', 'Host: b')).toBe(400);
      expect(await statusOf(`GET ${path} HTTP/1.1`)).toBe(400);
    },
  );

  it.each(['/orders', '/orders?limit=1'])('GET %s without a version of HTTP is refused', async (path) => {
    expect(await statusOf(`GET ${path}`)).toBe(400);
  });

  it('a request that expects what HTTP does not define is answered like any other', async () => {
    const head = ['POST /guarded HTTP/1.1', 'Host: a', 'Content-Length: 0', 'Expect: something'];
    expect(await statusOf(...head, 'Authorization: Bearer right')).toBe(201);
    expect(await statusOf(...head)).toBe(401);
  });

  it('two Authorization headers are no credential, even if both are right', async () => {
    const head = ['POST /guarded HTTP/1.1', 'Host: a', 'Content-Length: 0'];
    expect(await statusOf(...head, 'Authorization: Bearer right')).toBe(201);
    expect(await statusOf(...head, 'Authorization: Bearer right', 'Authorization: Bearer right')).toBe(401);
    expect(await statusOf(...head, 'Authorization: Bearer right', 'authorization: Bearer x')).toBe(401);
  });
});
