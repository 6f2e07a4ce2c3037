import { gzipSync } from 'node:zlib';
import { anEgress } from '../testing/egress-builders.js';
import { RecordingServer } from '../testing/recording-server.js';
import { EgressRefusedError, RedirectRefusedError, findEgressError } from './egress-errors.js';
import type { IncomingResponse } from './egress.js';

async function refusalOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    () => 'reached',
    (error: unknown) => findEgressError(error),
  );
}

async function textOf({ body }: IncomingResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

let server: RecordingServer;

beforeEach(async () => {
  server = await RecordingServer.start();
});
afterEach(() => server.stop());

describe('Egress.fetch', () => {
  it.each([
    '127.0.0.1',
    'localhost',
    'LOCALHOST',
    '2130706433',
    '0x7f.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::]',
  ])('does not connect to %s unless EGRESS_ALLOW names it', async (host) => {
    const request = anEgress().fetch(`http://${host}:${server.port}/`);
    expect(await refusalOf(request)).toBeInstanceOf(EgressRefusedError);
    expect(server.requests).toEqual([]);
  });

  it.each([
    'http://169.254.169.254/latest/meta-data',
    'http://10.255.255.1',
    'http://[fd00:ec2::254]/',
    'http://192.168.0.1',
  ])('refuses %s at once', async (address) => {
    expect(await refusalOf(anEgress().fetch(address))).toBeInstanceOf(EgressRefusedError);
  });

  it.each([
    ['127.0.0.0/8', '127.0.0.1'],
    ['127.0.0.0/8', '[::ffff:127.0.0.1]'],
    ['loopback', 'localhost'],
    ['localhost', 'localhost'],
  ])('connects with EGRESS_ALLOW=%s to %s', async (allowed, host) => {
    const response = await anEgress({ EGRESS_ALLOW: allowed }).fetch(`http://${host}:${server.port}/x`, {
      method: 'POST',
      body: 'text',
    });
    expect([response.status, await textOf(response)]).toEqual([200, 'reached']);
    expect(server.requests).toEqual(['POST /x']);
  });

  it.each([301, 302, 303, 307, 308])('does not follow a redirect with status %i', async (status) => {
    const location = `${server.url}/secret`;
    const redirecting = await RecordingServer.start((_request, response) =>
      response.writeHead(status, { location }).end(),
    );
    const { fetch } = anEgress({ EGRESS_ALLOW: 'loopback' });
    expect(await refusalOf(fetch(redirecting.url, { method: 'POST', body: 'key' }))).toBeInstanceOf(
      RedirectRefusedError,
    );
    expect(server.requests).toEqual([]);
    await redirecting.stop();
  });

  it('reads an answer that the server compressed unasked', async () => {
    const compressing = await RecordingServer.start((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('whole')),
    );
    const response = await anEgress({ EGRESS_ALLOW: 'loopback' }).fetch(compressing.url);
    expect(await textOf(response)).toBe('whole');
    await compressing.stop();
  });

  it('rejects with the reason of the signal, before the answer and while it is read', async () => {
    const silent = await RecordingServer.start((request, response) => {
      if (request.url === '/begun') response.write('be');
    });
    const { fetch } = anEgress({ EGRESS_ALLOW: 'loopback' });
    const [before, during] = [new AbortController(), new AbortController()];
    const unanswered = fetch(silent.url, { signal: before.signal });
    before.abort(new Error('too late'));
    await expect(unanswered).rejects.toThrow('too late');
    const reading = textOf(await fetch(`${silent.url}/begun`, { signal: during.signal }));
    during.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
    await silent.stop();
  });

  it('says in the error which host is refused', async () => {
    const error = await anEgress().fetch(`http://localhost:${server.port}`).catch(findEgressError);
    expect(error).toHaveProperty(
      'message',
      'EGRESS_ALLOW does not allow localhost, which has no public address',
    );
  });
});

describe('Egress.refuses', () => {
  it('knows addresses and localhost before any request', () => {
    const egress = anEgress({ EGRESS_ALLOW: '10.0.0.0/8' });
    for (const host of ['127.0.0.1', '[::1]', 'localhost', 'a.localhost', '192.168.0.1', '0'])
      expect(egress.refuses(`http://${host}:1/v1`)).toBe(true);
    for (const host of ['10.1.1.1', '8.8.8.8', 'vllm.internal', 'example.com'])
      expect(egress.refuses(`http://${host}/v1`)).toBe(false);
  });
});

describe('Egress.fetchOperatorAddress', () => {
  it('connects to any address, and follows no redirect either', async () => {
    const { fetchOperatorAddress } = anEgress();
    expect(await textOf(await fetchOperatorAddress(server.url))).toBe('reached');
    const redirecting = await RecordingServer.start((_request, response) =>
      response.writeHead(307, { location: server.url }).end(),
    );
    expect(await refusalOf(fetchOperatorAddress(redirecting.url))).toBeInstanceOf(RedirectRefusedError);
    await redirecting.stop();
  });
});

describe('Egress behind a proxy', () => {
  const variants = ['HTTP_PROXY', 'http_proxy'];

  it.each(variants)(
    'sends requests through %s, also for names that only the proxy knows',
    async (variable) => {
      const egress = anEgress({ [variable]: server.url });
      for (const fetch of [egress.fetch, egress.fetchOperatorAddress])
        expect(await textOf(await fetch('http://gateway.test.invalid/v1'))).toBe('reached');
      expect(server.requests).toEqual([
        'GET http://gateway.test.invalid/v1',
        'GET http://gateway.test.invalid/v1',
      ]);
    },
  );

  it('asks the proxy of HTTPS_PROXY for a tunnel', async () => {
    const { fetch } = anEgress({ HTTPS_PROXY: server.url });
    await expect(fetch('https://gateway.test.invalid/v1')).rejects.toThrow('wrong version number');
    expect(server.requests).toEqual(['CONNECT gateway.test.invalid:443']);
  });

  it.each(['http://169.254.169.254/', 'http://localhost/', 'http://[::ffff:10.0.0.1]/'])(
    'does not ask the proxy for %s',
    async (address) => {
      expect(await refusalOf(anEgress({ HTTP_PROXY: server.url }).fetch(address))).toBeInstanceOf(
        EgressRefusedError,
      );
      expect(server.requests).toEqual([]);
    },
  );

  it('reaches the hosts of NO_PROXY directly, by the same rules', async () => {
    const proxy = await RecordingServer.start();
    const variables = { HTTP_PROXY: proxy.url, NO_PROXY: 'other.example,127.0.0.1' };
    expect(await refusalOf(anEgress(variables).fetch(server.url))).toBeInstanceOf(EgressRefusedError);
    const { fetch } = anEgress({ ...variables, EGRESS_ALLOW: 'loopback' });
    expect(await textOf(await fetch(`${server.url}/direct`))).toBe('reached');
    expect([proxy.requests, server.requests]).toEqual([[], ['GET /direct']]);
    await proxy.stop();
  });
});
