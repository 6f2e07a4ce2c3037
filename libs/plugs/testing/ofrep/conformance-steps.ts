// Run by cucumber-js in a process of its own: the steps of OpenFeature's provider conformance suite.
import assert from 'node:assert/strict';
import { setInterval } from 'node:timers/promises';
import {
  After,
  Before,
  type DataTable,
  Given,
  Then,
  When,
  World,
  setWorldConstructor,
} from '@cucumber/cucumber';
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OFREPWebProvider } from '@openfeature/ofrep-web-provider';
import { OpenFeature as ServerFeatures } from '@openfeature/server-sdk';
import { OpenFeature as WebFeatures } from '@openfeature/web-sdk';
import { EventSource } from 'eventsource';

interface Parameters {
  readonly provider: 'web' | 'server';
  readonly url: string;
  readonly key: string;
  readonly controlUrl: string;
  /** Tags of the optional parts that the provider has. */
  readonly capabilities: readonly string[];
}

interface Details {
  readonly value: unknown;
  readonly reason?: string;
  readonly variant?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

type Handler = (details?: { flagsChanged?: string[] }) => void;

interface Client {
  readonly providerStatus: string;
  readonly metadata: { readonly providerMetadata: { readonly name: string } };
  addHandler(event: string, handler: Handler): void;
  [method: `get${string}Details`]: (key: string, value: unknown, context?: object) => Promise<Details>;
}

const events: Readonly<Record<string, string>> = {
  ready: 'PROVIDER_READY',
  error: 'PROVIDER_ERROR',
  stale: 'PROVIDER_STALE',
  change: 'PROVIDER_CONFIGURATION_CHANGED',
};
const unreachable = 'http://127.0.0.1:1';
const methods: Readonly<Record<string, string>> = { Integer: 'Number', Float: 'Number' };
(globalThis as { EventSource?: unknown }).EventSource = EventSource;

class ConformanceWorld extends World<Parameters> {
  domain = '';
  client!: Client;
  flag!: { readonly key: string; readonly type: string; readonly fallback: unknown };
  context: Record<string, string> = {};
  details!: Details;
  thrown: unknown = null;
  remembered: unknown;
  readonly fired = new Map<string, { flagsChanged?: string[] }[]>();

  get features(): typeof WebFeatures {
    return (this.parameters.provider === 'web' ? WebFeatures : ServerFeatures) as typeof WebFeatures;
  }

  control(action: string): Promise<Response> {
    return fetch(`${this.parameters.controlUrl}/${action}`, { method: 'POST' });
  }

  async evaluate(): Promise<void> {
    const { key, type, fallback } = this.flag;
    const method = `get${methods[type] ?? type}Details` as const;
    try {
      if (this.parameters.provider === 'web') await WebFeatures.setContext(this.domain, this.context);
      this.details = await this.client[method]!(key, fallback, this.context);
    } catch (error) {
      this.thrown = error;
    }
  }

  async until(isTrue: () => boolean, timeoutMs = 15_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    for await (const now of setInterval(20, Date.now)) {
      if (isTrue()) return;
      assert.ok(now() < end, `not within ${timeoutMs} ms`);
    }
  }
}
setWorldConstructor(ConformanceWorld);

let domains = 0;

Before(function (this: ConformanceWorld, { pickle }) {
  const missing = pickle.tags
    .map(({ name }) => name)
    .filter((tag) => !this.parameters.capabilities.includes(tag));
  return missing.length > 0 ? 'skipped' : undefined;
});

After(async function (this: ConformanceWorld) {
  await this.control('start');
  await this.features.clearProviders();
});

Given(/^a (stable|unavailable) provider$/, async function (this: ConformanceWorld, kind: string) {
  const { provider: type, url, key } = this.parameters;
  const baseUrl = kind === 'stable' ? url : unreachable;
  const headers: [string, string][] = [['Authorization', `Bearer ${key}`]];
  const provider =
    type === 'web'
      ? new OFREPWebProvider({ baseUrl, headers, cacheMode: 'disabled' })
      : new OFREPProvider({ baseUrl, headers });
  this.domain = `scenario-${(domains += 1)}`;
  this.client = this.features.getClient(this.domain) as unknown as Client;
  for (const event of Object.values(events)) {
    const calls: { flagsChanged?: string[] }[] = [];
    this.fired.set(event, calls);
    this.client.addHandler(event, (details) => void calls.push(details ?? {}));
  }
  await this.features.setProviderAndWait(this.domain, provider as never).catch((error: unknown) => {
    if (kind === 'stable') throw error;
  });
});

Given(
  /^a (\w+)-flag with key "(.*)" and a default value "(.*)"$/,
  function (this: ConformanceWorld, type: string, key: string, value: string) {
    this.flag = { key, type, fallback: toValue(type, value) };
  },
);

Given(
  'a context containing a targeting key with value {string}',
  function (this: ConformanceWorld, targetingKey: string) {
    this.context = { targetingKey };
  },
);

// Every handler is registered with the provider, so that no event is missed.
Given(/^an? (ready|error|stale|change) event handler$/, function (this: ConformanceWorld, _event: string) {});

When('the flag was evaluated with details', function (this: ConformanceWorld) {
  return this.evaluate();
});

When('the resolved value is remembered', function (this: ConformanceWorld) {
  this.remembered = this.details.value;
});

When('the flag was modified', async function (this: ConformanceWorld) {
  await this.control('change');
});

When(/^the connection is (lost|restored)$/, async function (this: ConformanceWorld, state: string) {
  this.fired.get(events['ready']!)!.length = 0;
  await this.control(state === 'lost' ? 'stop' : 'start');
});

Then(
  /^(?:an? |the )?(ready|error|stale|change) event (?:was fired|handler should have been executed(?: within (\d+)ms)?)$/,
  { timeout: 20_000 },
  function (this: ConformanceWorld, event: string, timeoutMs: string | null) {
    return this.until(
      () => this.fired.get(events[event]!)!.length > 0,
      timeoutMs ? Number(timeoutMs) : undefined,
    );
  },
);

Then('the flag should be part of the event payload', function (this: ConformanceWorld) {
  const [change] = this.fired.get(events['change']!)!;
  assert.ok(change?.flagsChanged?.includes(this.flag.key));
});

Then(/^the client should be in (\w+) state$/, function (this: ConformanceWorld, state: string) {
  return this.until(() => this.client.providerStatus === state.toUpperCase());
});

Then('the resolved details value should be {string}', function (this: ConformanceWorld, value: string) {
  assert.deepEqual(this.details.value, toValue(this.flag.type, value));
});

Then('the resolved details value should have changed', function (this: ConformanceWorld) {
  assert.notDeepEqual(this.details.value, this.remembered);
});

Then('the resolved object value should contain', function (this: ConformanceWorld, table: DataTable) {
  for (const { key, type, value } of table.hashes())
    assert.deepEqual((this.details.value as Record<string, unknown>)[key!], toValue(type!, value!));
});

Then('the reason should be {string}', function (this: ConformanceWorld, reason: string) {
  assert.equal(this.details.reason, reason);
});

Then('the variant should be {string}', function (this: ConformanceWorld, variant: string) {
  assert.equal(this.details.variant, variant);
});

Then('the error-code should be {string}', function (this: ConformanceWorld, code: string) {
  assert.equal(this.details.errorCode ?? '', code);
});

Then('the error message should be empty', function (this: ConformanceWorld) {
  assert.equal(this.details.errorMessage ?? '', '');
});

Then('no exception should have been thrown', function (this: ConformanceWorld) {
  assert.equal(this.thrown, null);
});

Then('the provider metadata name should not be empty', function (this: ConformanceWorld) {
  assert.notEqual(this.client.metadata.providerMetadata.name, '');
});

function toValue(type: string, text: string): unknown {
  if (type === 'String') return text;
  return type === 'Boolean' ? text === 'true' : (JSON.parse(text) as unknown);
}
