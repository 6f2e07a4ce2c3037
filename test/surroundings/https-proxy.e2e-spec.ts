/** The product in a network that reaches the servers of models only through a proxy, which is given a certificate of the company's own. */
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { type Server as TlsServer, createServer as createTlsServer } from 'node:tls';
import { TestCertificate } from '#testing';
import { ScriptedServer, streamAll, streamFormats } from '../../libs/rag/testing/llm/scripted-server.js';
import { type TestTenant, useTestApp } from '../app/test-app.js';

const { openai } = streamFormats;

let certificate: TestCertificate;
let models: ScriptedServer;
let gateway: TlsServer;
let proxy: Server;
/** The hosts and ports that the proxy was asked for. */
const tunnels: string[] = [];
let isRefusing = false;
const sockets = new Set<Socket>();
let tenant: TestTenant;

const app = useTestApp('proxied', async () => {
  certificate = await TestCertificate.create();
  models = await ScriptedServer.start();
  gateway = await startGateway();
  proxy = await startProxy();
  return {
    HTTPS_PROXY: `http://127.0.0.1:${portOf(proxy)}`,
    NODE_EXTRA_CA_CERTS: certificate.file,
    OPENAI_API_KEY: 'a-key',
    // A name that only the proxy knows.
    OPENAI_BASE_URL: 'https://127.0.0.1:1/v1',
    EMBEDDINGS: 'local',
  };
});

beforeAll(async () => {
  tenant = await app.createTenant();
  await tenant.admin.patch('/v1/config', { model_name: 'gpt-4', model_fallback: 'none' });
  await tenant.admin.post('/v1/documents', { id: 'leave', title: 'Leave', text: 'Leave begins in May.' });
});
beforeEach(() => (tunnels.length = 0));
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  gateway?.close();
  proxy?.close();
  await models?.stop();
  await certificate?.remove();
});

function portOf(server: Server | TlsServer): number {
  return (server.address() as AddressInfo).port;
}

/** The server of models behind TLS. */
async function startGateway(): Promise<TlsServer> {
  const keys = { cert: readFileSync(certificate.file), key: readFileSync(certificate.keyFile) };
  const server = createTlsServer(keys, (socket) => join(socket, Number(new URL(models.url).port)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

/** It knows one host, whatever it is asked for, and nobody reaches that host without it. */
async function startProxy(): Promise<Server> {
  const server = createServer().on('connect', ({ url = '' }, client: Socket) => {
    tunnels.push(url);
    if (isRefusing) return client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    join(client, portOf(gateway));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

function join(client: Socket, port: number): void {
  const server = connect(port, '127.0.0.1');
  sockets.add(client).add(server);
  client.on('error', () => server.destroy()).pipe(server);
  server.on('error', () => client.destroy()).pipe(client);
}

describe('a replica with HTTPS_PROXY', () => {
  it('a query asks its model through a tunnel of the proxy, whose certificate is checked', async () => {
    models.setScript(
      streamAll(openai.begin, openai.textEvent('In May [1].'), openai.finish, openai.terminal),
    );
    const question = { question: 'When does leave begin?', stream: true };
    const { status, body } = await tenant.member.post<string>('/v1/query', question);
    expect([status, /In May/.test(body), /event: done/.test(body)]).toEqual([200, true, true]);
    expect(tunnels).toEqual(['127.0.0.1:1']);
    expect(models.calls[0]!.headers['authorization']).toBe('Bearer a-key');
  });

  it('a query says that its model cannot be reached when the proxy refuses the tunnel', async () => {
    isRefusing = true;
    // The open tunnel would be used again.
    for (const socket of sockets) socket.destroy();
    const { status } = await tenant.member.post('/v1/query', { question: 'When does leave begin again?' });
    expect(status).toBe(502);
  });
});
