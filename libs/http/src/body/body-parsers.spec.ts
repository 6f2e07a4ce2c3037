import type { AddressInfo } from 'node:net';
import { waitFor } from '#testing';
import { RawRequest, jsonHead } from '../../testing/raw-request.js';
import { type TestHttpApp, startTestHttpApp } from '../../testing/test-http-app.js';

const mebibyte = 1024 * 1024;
const stallTimeoutMs = 1000;

describe('registerBodyParsers', () => {
  let app: TestHttpApp;
  let port: number;
  const requests: RawRequest[] = [];

  beforeAll(async () => {
    app = await startTestHttpApp({ stallTimeoutMs });
    app.server.registerAccessControl((request) => {
      const tenantId = String(request.headers['x-tenant']);
      request.principal = { actor: 'key:1', subject: '1', role: 'member', tenantId };
    });
    await app.server.listen({ port: 0, host: '127.0.0.1' });
    port = (app.server.server.address() as AddressInfo).port;
  });

  afterEach(() => {
    for (const request of requests.splice(0)) request.close();
  });

  afterAll(() => app.close());

  async function send(...parts: (string | Buffer)[]): Promise<RawRequest> {
    const request = await RawRequest.open(port);
    requests.push(request);
    for (const part of parts) await request.send(part);
    return request;
  }

  const upload = (tenant: string, bytes: number): Promise<RawRequest> =>
    send(jsonHead('/guarded', bytes, [`X-Tenant: ${tenant}`]));

  it.each([
    ['levels', '['.repeat(65)],
    ['values', `[${'1,'.repeat(20_001)}`],
  ])('a body with too many %s is refused before the rest of it arrives', async (_what, start) => {
    const request = await send(jsonHead('/documents', 15 * mebibyte), start);
    expect(await request.status()).toBe(400);
  });

  it('a client that sends its whole body before it reads gets the answer to a body that is refused early', async () => {
    for (const headers of [[], ['Connection: close']]) {
      const request = await send(jsonHead('/documents', 15_000_000, headers), '['.repeat(15_000_000));
      expect(await request.status()).toBe(400);
      await waitFor(() => request.socket.closed, { what: 'the connection is closed' });
    }
  });

  it('a compressed body is refused with the name of its encoding', async () => {
    const body = Buffer.from('1f8b0800', 'hex');
    const request = await send(jsonHead('/orders', body.length, ['Content-Encoding: gzip']), body);
    expect(await request.status()).toBe(415);
  });

  it('a chunked body is refused when it exceeds the limit', async () => {
    const head =
      'POST /orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n';
    const size = mebibyte + 1;
    const request = await send(head, `${size.toString(16)}\r\n"${'x'.repeat(size - 1)}\r\n`);
    expect(await request.status()).toBe(413);
  });

  it.each([
    ['a byte that begins no character', Buffer.from([0xff])],
    ['a character that is cut', Buffer.from('é').subarray(0, 1)],
    ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['a character in too many bytes', Buffer.from([0xc0, 0xaf])],
  ])('a body that contains %s is refused', async (_what, bytes) => {
    const body = Buffer.concat([Buffer.from('{"note":"'), bytes, Buffer.from('"}')]);
    const request = await send(jsonHead('/orders', body.length), body);
    expect(await request.status()).toBe(400);
    expect(request.text).toContain('UTF-8');
  });

  it('a tenant that has too many bytes in flight must wait, and another tenant is served', async () => {
    for (let at = 0; at < 4; at += 1) await upload('greedy', 16 * mebibyte);
    const refused = await upload('greedy', 16 * mebibyte);
    expect(await refused.status()).toBe(429);
    expect(refused.text).toMatch(/retry-after: 1\r\n/i);
    const text = `{"note":"${'x'.repeat(mebibyte)}"}`;
    const served = await send(jsonHead('/guarded', text.length, ['X-Tenant: modest']), text);
    expect(await served.status()).toBe(201);
  });

  it('the bytes of a request are free again when its connection closes', async () => {
    const uploads = await Promise.all([1, 2, 3, 4].map(() => upload('leaver', 16 * mebibyte)));
    expect(await (await upload('leaver', 16 * mebibyte)).status()).toBe(429);
    uploads.forEach((request) => request.close());
    const isFree = async (): Promise<boolean> => {
      const text = `{"note":"${'x'.repeat(mebibyte)}"}`;
      const request = await send(jsonHead('/guarded', text.length, ['X-Tenant: leaver']), text);
      return (await request.status()) === 201;
    };
    await waitFor(isFree, { what: 'the tenant may send again' });
  });

  it('a request without a body that is refused while the process drains says that its connection closes', async () => {
    const draining = await startTestHttpApp({ isDraining: () => true });
    const url = await draining.server.listen({ port: 0, host: '127.0.0.1' });
    const { status, headers } = await fetch(`${url}/nothing`);
    await draining.close();
    expect([status, headers.get('connection')]).toEqual([404, 'close']);
  });

  it('a body that stops arriving is answered and its connection closed', async () => {
    const request = await upload('stalled', 16 * mebibyte);
    await request.send('{"note":"');
    expect(await request.status()).toBe(400);
    expect(request.text).toContain('took too long to arrive');
    await waitFor(() => request.socket.closed, { what: 'the connection is closed' });
  });
});
