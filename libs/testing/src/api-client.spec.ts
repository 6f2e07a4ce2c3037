import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApiClient } from './api-client.js';

interface EchoedRequest {
  readonly method: string;
  readonly authorization: string | undefined;
  readonly type: string | undefined;
  readonly text: string;
}

describe('ApiClient', () => {
  let server: Server;
  let client: ApiClient;

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const text = (await request.toArray()).join('');
      const { authorization, 'content-type': type } = request.headers;
      if (request.url === '/gone') return response.writeHead(204).end();
      response.setHeader('content-type', request.url === '/page' ? 'text/html' : 'application/problem+json');
      return response
        .writeHead(409)
        .end(JSON.stringify({ method: request.method, authorization, type, text }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'atn_1_secret');
  });

  afterAll(() => server.close());

  it('sends JSON with its key, and returns a refusal like any other response', async () => {
    const answer = await client.patch<EchoedRequest>('/v1/config', { temperature: 0.3 });
    expect(answer.status).toBe(409);
    expect(answer.body).toEqual({
      method: 'PATCH',
      authorization: 'Bearer atn_1_secret',
      type: 'application/json',
      text: '{"temperature":0.3}',
    });
  });

  it('sends no body when none is given', async () => {
    const { body } = await client.as(null).post<EchoedRequest>('/v1/config/rollback');
    expect(body).toEqual({ method: 'POST', text: '' });
  });

  it('lets a caller set another content type and credential', async () => {
    const headers = { 'content-type': 'application/merge-patch+json', authorization: 'Basic x' };
    const { body } = await client.put<EchoedRequest>('/', {}, headers);
    expect(body).toMatchObject({ type: headers['content-type'], authorization: headers.authorization });
  });

  it('returns text for a body that is not JSON, and null for an empty one', async () => {
    expect((await client.get('/page')).body).toContain('"method":"GET"');
    expect((await client.del('/gone')).body).toBeNull();
  });
});
