import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy, freePort, waitFor } from '../../testing/src/index.js';
import { type Attune, type AttuneOptions, type Status, createAttune } from '../src/index.js';
import { TestService } from './test-service.js';

/** Times that let a test see in half a second what takes minutes in production. */
export const quickTimings = {
  requestTimeoutMs: 500,
  silenceTimeoutMs: 400,
  slowStartMs: 50,
  pollMs: 40,
  streamRetryMs: 150,
  minBackoffMs: 10,
  maxBackoffMs: 50,
  fatalRetryMs: 100,
};

/** A service for each test, and the clients and proxies that it opens. All are closed after it. */
export interface ServiceFixture {
  readonly service: TestService;
  /** An empty folder. */
  readonly folder: string;
  open(options?: Partial<AttuneOptions>): Attune;
  /** A link to the service that fails on command. */
  openProxy(): Promise<FaultProxy>;
  /** An address without a server. */
  unreachableUrl(): Promise<string>;
}

/** Starts a service before each test of the file, with a temperature of 0.7 and 900 tokens. */
export function useTestService(): ServiceFixture {
  let service: TestService;
  let folder: string;
  const clients: Attune[] = [];
  const proxies: FaultProxy[] = [];
  beforeEach(async () => {
    service = await TestService.start({ temperature: 0.7, max_tokens: 900 });
    folder = mkdtempSync(join(tmpdir(), 'attune-client-'));
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    await service.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get service() {
      return service;
    },
    get folder() {
      return folder;
    },
    open(options = {}) {
      const client = createAttune({
        url: service.url,
        key: 'atn_test_key',
        timings: quickTimings,
        ...options,
      });
      clients.push(client);
      return client;
    },
    async openProxy() {
      const proxy = await FaultProxy.forTarget(service.url);
      proxies.push(proxy);
      return proxy;
    },
    unreachableUrl: async () => `http://127.0.0.1:${await freePort()}`,
  };
}

/** Waits until the client has this state. */
export async function waitForState(client: Attune, state: Status): Promise<void> {
  await waitFor(() => client.status().state === state, { what: `the client is ${state}`, timeoutMs: 10_000 });
}
