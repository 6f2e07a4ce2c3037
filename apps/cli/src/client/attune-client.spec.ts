import {
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConnectionError, ApiError, AttuneClient } from './attune-client.js';

describe('AttuneClient', () => {
  let http: HttpServer;
  let url: string;
  let answers: ((request: IncomingMessage, response: ServerResponse) => void)[];
  let asked: string[];

  beforeEach(async () => {
    [answers, asked] = [[], []];
    http = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      const answer = answers.length > 1 ? answers.shift()! : answers[0]!;
      answer(request, response);
    });
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
  });
  afterEach(() => new Promise((closed) => http.close(closed)));

  function willAnswer(status: number, body: object | string, headers: Record<string, string> = {}): void {
    const isText = typeof body === 'string';
    const type = isText ? 'text/html' : 'application/problem+json; charset=utf-8';
    answers.push((_request, response) => {
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(isText ? body : JSON.stringify(body));
    });
  }

  it('sends its key and returns the body', async () => {
    willAnswer(200, { items: [] });
    expect(await new AttuneClient(url, 'atn_key').get('/v1/x?limit=1')).toEqual({
      status: 200,
      body: { items: [] },
    });
    expect(asked).toEqual(['GET /v1/x?limit=1 Bearer atn_key']);
  });

  it.each([[429], [503]])('sends the request again after %s when the server asks for it', async (status) => {
    willAnswer(status, {}, { 'retry-after': '0' });
    willAnswer(status, {}, { 'retry-after': '0' });
    willAnswer(200, { done: true });
    expect(await new AttuneClient(url, 'key').put('/v1/x', {})).toMatchObject({ body: { done: true } });
    expect(asked).toHaveLength(3);
  });

  it('stops retrying after a limited number of attempts', async () => {
    willAnswer(503, { detail: 'The database is down.' }, { 'retry-after': '0' });
    await expect(new AttuneClient(url, 'key').get('/v1/x')).rejects.toThrow('The database is down.');
    expect(asked).toHaveLength(6);
  });

  it('does not wait when the server asks for more than a minute', async () => {
    willAnswer(429, { detail: 'The quota of today is used up.' }, { 'retry-after': '61' });
    await expect(new AttuneClient(url, 'key').post('/v1/x', {})).rejects.toThrow(
      'The quota of today is used up.',
    );
    expect(asked).toHaveLength(1);
  });

  it('stops when its signal aborts, also while it waits', async () => {
    const stop = new AbortController();
    answers.push((_request, response) => {
      response.writeHead(429, { 'retry-after': '60' });
      response.end(() => stop.abort());
    });
    await expect(new AttuneClient(url, 'key').post('/v1/x', {}, { signal: stop.signal })).rejects.toThrow(
      /aborted/,
    );
    expect(asked).toHaveLength(1);
  });

  it('throws the reason when the server refuses one request', async () => {
    willAnswer(400, { detail: 'No.', errors: [{ field: 'a', message: 'b' }] });
    const refused: unknown = await new AttuneClient(url, 'key').get('/v1/x').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiError);
    expect(refused).toMatchObject({ status: 400, message: 'No.', problem: { errors: [{ field: 'a' }] } });
  });

  it.each([
    [401, {}, /does not accept the key in ATTUNE_API_KEY/],
    [
      403,
      { detail: 'Only for platform admins.' },
      /^Only for platform admins\. ATTUNE_API_KEY must be a platform admin's/,
    ],
    [502, '<html>Bad gateway</html>', /answered 502, and not as Attune does/],
    [200, '<html>Welcome</html>', /answered 200, and not as Attune does/],
    [302, '', /answered 302, and not as Attune does/],
  ])(
    'AttuneClient does not send a request again after a status of %s, which concerns every request',
    async (status, body, message) => {
      willAnswer(status, body, status === 302 ? { location: 'http://other.example/' } : {});
      const failed: unknown = await new AttuneClient(url, 'key')
        .get('/v1/x')
        .catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ConnectionError);
      expect((failed as Error).message).toMatch(message);
    },
  );

  it('names the address when no server answers', async () => {
    const nowhere = new AttuneClient('http://127.0.0.1:1', 'key').get('/v1/x');
    await expect(nowhere).rejects.toThrow(
      /^Nothing answers at http:\/\/127\.0\.0\.1:1 \(.+\)\. Check ATTUNE_URL or --url\.$/,
    );
  });
});
