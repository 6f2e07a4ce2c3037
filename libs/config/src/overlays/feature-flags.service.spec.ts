import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import type { Provider } from '@openfeature/server-sdk';
import { waitFor } from '#testing';
import { InMemoryFlagSource } from '../../testing/in-memory-flag-source.js';
import { FeatureFlagsService, type FlagValues } from './feature-flags.service.js';
import { FlagSource } from './flag-source.js';
import { LaunchDarklyFlagSource } from './launchdarkly-flag-source.js';

const nothing: FlagValues = { values: {}, mistyped: [] };

describe('FeatureFlagsService', () => {
  let opened: FeatureFlagsService[] = [];
  beforeAll(() => Logger.overrideLogger(false));
  afterEach(async () => {
    await Promise.all(opened.map((flags) => flags.beforeApplicationShutdown()));
    opened = [];
  });

  async function featureFlags(
    source?: FlagSource,
  ): Promise<{ flags: FeatureFlagsService; changes: () => number }> {
    const flags = new FeatureFlagsService(source);
    opened.push(flags);
    let changes = 0;
    flags.onChange(() => (changes += 1));
    await flags.onModuleInit();
    return { flags, changes: () => changes };
  }

  it('evaluates nothing when there is no provider', async () => {
    const { flags } = await featureFlags();
    expect(flags.evaluateFor('acme', 'pro')).toBeNull();
  });

  it('evaluates flags with the tenant as targeting key, and with its plan', async () => {
    const source = new InMemoryFlagSource();
    const { flags } = await featureFlags(source);
    source.setFlags(
      { 'retrieval-top-k': 9, 'rag-model-selection': 'gpt-4', 'another-flag': 1 },
      ({ targetingKey, ...attributes }) => targetingKey === 'acme' && attributes['plan'] === 'pro',
    );
    expect(await flags.evaluateFor('acme', 'pro')).toEqual({
      values: { 'retrieval-top-k': 9, 'rag-model-selection': 'gpt-4' },
      mistyped: [],
    });
    expect(await flags.evaluateFor('acme', 'basic')).toEqual(nothing);
    expect(await flags.evaluateFor('beta', 'pro')).toEqual(nothing);
  });

  it('names the flags whose value has a wrong type', async () => {
    const source = new InMemoryFlagSource();
    const { flags } = await featureFlags(source);
    source.setFlags({ 'retrieval-top-k': '9', 'rag-model-selection': 4, 'llm-temperature': true });
    expect(await flags.evaluateFor('acme', 'pro')).toEqual({
      values: {},
      mistyped: ['rag-model-selection', 'retrieval-top-k', 'llm-temperature'],
    });
  });

  it('notifies of changes of its own flags only', async () => {
    const source = new InMemoryFlagSource();
    const { changes } = await featureFlags(source);
    await waitFor(() => changes() > 0);
    const before = changes();
    source.setFlags({ 'another-flag': 1 });
    source.setFlags({ 'retrieval-top-k': 9 });
    await waitFor(() => changes() > before);
    expect(changes()).toBe(before + 1);
    source.setFlags({});
    await waitFor(() => changes() === before + 2);
  });

  it.each<[string, Partial<Provider>]>([
    ['never gets ready', { initialize: () => new Promise(() => undefined) }],
    ['fails to start', { initialize: () => Promise.reject(new Error('no')) }],
    ['hangs when asked', { resolveNumberEvaluation: () => new Promise(() => undefined) }],
    ['throws when asked', { resolveNumberEvaluation: () => Promise.reject(new Error('no')) }],
    ['does not close', { onClose: () => new Promise(() => undefined) }],
  ])('returns no values, without delay, when the provider %s', async (_how, broken) => {
    const provider: Provider = {
      metadata: { name: 'broken' },
      resolveBooleanEvaluation: () => Promise.reject(new Error('no')),
      resolveStringEvaluation: () => Promise.reject(new Error('no')),
      resolveNumberEvaluation: () => Promise.reject(new Error('no')),
      resolveObjectEvaluation: () => Promise.reject(new Error('no')),
      ...broken,
    };
    const { flags } = await featureFlags({ open: () => Promise.resolve(provider) });
    expect(await flags.evaluateFor('acme', 'pro')).toEqual(nothing);
  });

  describe('LaunchDarklyFlagSource', () => {
    const servers: Server[] = [];
    const sockets = new Set<Socket>();
    afterAll(() => {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
    });

    async function serving(answer: Parameters<typeof createServer>[1]): Promise<string> {
      const server = createServer(answer!).listen(0, '127.0.0.1');
      server.on('connection', (socket) => sockets.add(socket));
      servers.push(server);
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    function launchDarkly(url: string): FlagSource {
      const addresses = { baseUri: url, streamUri: url, eventsUri: url, sendEvents: false };
      return new LaunchDarklyFlagSource('sdk-key-of-a-test', addresses, 0.1);
    }

    const flag = (key: string, value: unknown) => ({
      [key]: {
        key,
        version: 1,
        on: true,
        variations: [value],
        fallthrough: { variation: 0 },
        offVariation: 0,
        targets: [],
        rules: [],
        prerequisites: [],
        salt: 'salt',
      },
    });

    it('returns values once LaunchDarkly streams them, and new values after a change', async () => {
      const streams: { write: (event: string) => void }[] = [];
      const url = await serving((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.flushHeaders();
        streams.push({ write: (event) => response.write(event) });
      });
      const { flags } = await featureFlags(launchDarkly(url));
      expect(await flags.evaluateFor('acme', 'pro')).toEqual(nothing);
      await waitFor(() => streams.length > 0);
      const all = { path: '/', data: { flags: flag('retrieval-top-k', 9), segments: {} } };
      streams[0]!.write(`event: put\ndata: ${JSON.stringify(all)}\n\n`);
      await waitFor(async () => (await flags.evaluateFor('acme', 'pro'))!.values['retrieval-top-k'] === 9);
      const changed = { ...flag('retrieval-top-k', 12)['retrieval-top-k'], version: 2 };
      const patch = { path: '/flags/retrieval-top-k', data: changed };
      streams[0]!.write(`event: patch\ndata: ${JSON.stringify(patch)}\n\n`);
      await waitFor(async () => (await flags.evaluateFor('acme', 'pro'))!.values['retrieval-top-k'] === 12);
    });

    it.each([
      ['refuses connections', () => Promise.resolve('http://127.0.0.1:1')],
      ['never answers', () => serving(() => undefined)],
      ['does not know the key', () => serving((_request, response) => response.writeHead(401).end())],
    ])('returns no values when the server %s', async (_how, open) => {
      const { flags } = await featureFlags(launchDarkly(await open()));
      expect(await flags.evaluateFor('acme', 'pro')).toEqual(nothing);
    });
  });
});
