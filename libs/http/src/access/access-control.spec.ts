import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { UnauthenticatedError } from '#kernel';
import { waitFor } from '#testing';
import { RawRequest, jsonHead } from '../../testing/raw-request.js';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

const length = 16_000_000;

describe('registerAccessControl', () => {
  let app: TestHttpApp;
  let port: number;
  const requests: RawRequest[] = [];

  beforeEach(async () => {
    app = await startTestHttpApp();
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    port = (app.server.server.address() as AddressInfo).port;
  });

  afterEach(async () => {
    for (const request of requests.splice(0)) request.close();
    await app.close();
  });

  async function send(bytes: string): Promise<RawRequest> {
    const request = await RawRequest.open(port);
    requests.push(request);
    return request.send(bytes);
  }

  it('a route that needs a role is closed until an access control is registered', async () => {
    expect(await (await send(jsonHead('/guarded', length))).status()).toBe(403);
  });

  it.each([
    ['at once', () => Promise.reject(new UnauthenticatedError('Who?'))],
    ['later', () => pause(20).then(() => Promise.reject(new UnauthenticatedError('Who?')))],
  ])('a caller who is refused %s gets the answer before the body arrives', async (_when, control) => {
    app.server.registerAccessControl(control);
    expect(await (await send(jsonHead('/guarded', length))).status()).toBe(401);
  });

  it('the control knows the role that the route declares, and a public route needs none', async () => {
    const required: string[] = [];
    app.server.registerAccessControl((_request, { role }) => void required.push(role));
    await (await send(`${jsonHead('/guarded', 2)}{}`)).status();
    await (await send(`${jsonHead('/orders', 2)}{}`)).status();
    expect(required).toEqual(['member']);
  });

  it.each(['/nothing', '/orders/1/2'])('POST %s is answered before its body arrives', async (path) => {
    expect(await (await send(jsonHead(path, length))).status()).toBe(404);
  });

  it('a client that wants the connection closed gets the answer, and the connection closes after the body', async () => {
    app.server.registerAccessControl(() => Promise.reject(new UnauthenticatedError('Who?')));
    const request = await send(jsonHead('/guarded', length, ['Connection: close']));
    expect(await request.status()).toBe(401);
    expect(request.socket.closed).toBe(false);
    await request.send('['.repeat(length));
    await waitFor(() => request.socket.closed, { what: 'the connection is closed' });
  });

  it('the connection of a refused request can be used again after its body', async () => {
    app.server.registerAccessControl(() => Promise.reject(new UnauthenticatedError('Who?')));
    const request = await send(
      `${jsonHead('/guarded', length)}${'['.repeat(length)}${jsonHead('/orders', 2)}{}`,
    );
    expect(await request.status()).toBe(401);
    await waitFor(() => request.text.includes('HTTP/1.1 201'), { what: 'the second answer arrives' });
  });
});
