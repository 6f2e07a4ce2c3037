import type { AddressInfo } from 'node:net';
import { waitFor } from '#testing';
import { UnauthenticatedError } from '#kernel';
import { RawRequest } from '../../testing/raw-request.js';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

describe('limitPipelining', () => {
  let app: TestHttpApp;
  let checked: number;

  beforeAll(async () => {
    app = await startTestHttpApp();
    app.server.registerAccessControl(() => {
      checked += 1;
      throw new UnauthenticatedError('Who?');
    });
    await app.server.listen({ port: 0, host: '127.0.0.1' });
  });
  beforeEach(() => (checked = 0));
  afterAll(() => app.close());

  async function send(count: number): Promise<RawRequest> {
    const request = await RawRequest.open((app.server.server.address() as AddressInfo).port);
    return request.send('POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'.repeat(count));
  }

  it('limitPipelining lets a client send some requests ahead, and each is answered', async () => {
    const request = await send(40);
    const countAnswers = (): number => request.text.match(/HTTP\/1\.1 401/g)?.length ?? 0;
    await waitFor(() => countAnswers() >= 40, { what: 'all answers' });
    expect([countAnswers(), checked]).toEqual([40, 40]);
    request.close();
  });

  it('limitPipelining closes a connection that brings thousands of requests at once', async () => {
    const request = await send(5_000);
    await waitFor(() => request.socket.destroyed, { what: 'the connection is closed' });
    expect(checked).toBeLessThan(500);
  });
});
