import { waitFor } from '../../testing/src/index.js';
import { quickTimings, useTestService } from '../testing/use-test-service.js';
import type { ConfigurationChange } from './index.js';

const fixture = useTestService();
/** A busy machine opens the stream late; with these the client waits for it and does not poll. */
const patientTimings = { ...quickTimings, slowStartMs: 60_000, requestTimeoutMs: 60_000 };

describe('createAttune', () => {
  it.each([
    { url: 'attune.example.com' },
    { url: 'ftp://attune.example.com' },
    { key: '' },
    { key: 'two words' },
  ])('refuses %j at once, since no network can mend it', (options) => {
    expect(() => fixture.open(options)).toThrow(TypeError);
  });

  it('createAttune returns before there is a configuration, and until then a read returns the fallback', () => {
    const attune = fixture.open();
    expect(attune.get('temperature')).toBeUndefined();
    expect(attune.get('temperature', 0.5)).toBe(0.5);
    expect(attune.status()).toMatchObject({
      state: 'initializing',
      source: null,
      version: null,
      stale: true,
    });
  });

  it('createAttune reads the configuration of the stream without a request for each read', async () => {
    const attune = fixture.open({ timings: patientTimings });
    expect(await attune.ready()).toEqual({ source: 'network', stale: false, version: 1, reason: 'stream' });
    const before = fixture.service.requests.length;
    for (let index = 0; index < 1000; index += 1) expect(attune.get('temperature')).toBe(0.7);
    expect(fixture.service.requests.length).toBe(before);
  });

  it('a reader cannot change a value for other readers', async () => {
    fixture.service.setSilently({ prompt_variables: { company: 'Acme' } });
    const attune = fixture.open();
    await attune.ready();
    const variables = attune.get('prompt_variables')!;
    expect(() => Object.assign(variables, { company: 'Evil' })).toThrow(TypeError);
    expect(attune.get('prompt_variables')).toEqual({ company: 'Acme' });
  });

  it('get returns the fallback for names of Object’s own, and for fields that are no settings', async () => {
    const attune = fixture.open();
    await attune.ready();
    for (const name of ['constructor', '__proto__', 'version', 'tenant_id'])
      expect(attune.get(name as 'temperature', 0.1)).toBe(0.1);
  });
});

describe('a client whose service changes', () => {
  it('a change arrives with its names, its version and its reason', async () => {
    const attune = fixture.open({ timings: patientTimings });
    await attune.ready();
    const changes: ConfigurationChange[] = [];
    attune.on('change', (change) => changes.push(change));
    fixture.service.change({ temperature: 0.3 });
    await waitFor(() => attune.get('temperature') === 0.3);
    expect(changes).toEqual([
      { version: 2, previousVersion: 1, origin: 'network', changed: ['temperature'], reason: 'stream' },
    ]);
  });

  it('atLeast waits for a change, even if the stream does not send it', async () => {
    const attune = fixture.open();
    await attune.ready();
    fixture.service.setSilently({ temperature: 0.2 }, 5);
    await attune.atLeast(5);
    expect(attune.get('temperature')).toBe(0.2);
  });

  it('atLeast ends the state initializing when it brings the first configuration', async () => {
    fixture.service.isBuffered = true;
    const timings = { slowStartMs: 60_000, silenceTimeoutMs: 60_000 };
    const attune = fixture.open({ timings });
    await attune.atLeast(1);
    expect(attune.status()).toMatchObject({ state: 'stale', source: 'network', version: 1 });
  });

  it('atLeast throws an error that names the current version when the awaited one does not come', async () => {
    const attune = fixture.open();
    await attune.ready();
    await expect(attune.atLeast(9, { timeoutMs: 100 })).rejects.toThrow(
      /Version 9 did not arrive within 100 ms; this client holds 1/,
    );
  });

  it('a lower version after a reset is reported as a reset', async () => {
    const attune = fixture.open();
    await attune.ready();
    fixture.service.change({ temperature: 0.3 }, 7);
    await waitFor(() => attune.status().version === 7);
    const reasons: string[] = [];
    attune.on('change', ({ reason }) => reasons.push(reason));
    fixture.service.reset(2);
    await waitFor(() => attune.status().version === 2);
    expect(reasons).toEqual(['reset']);
  });
});

describe('explain', () => {
  it('explain returns the layer, the version and the age', async () => {
    const attune = fixture.open();
    await attune.ready();
    expect(await attune.explain('temperature')).toMatchObject({
      value: 0.7,
      layer: 'tenant',
      version: 1,
      source: 'network',
      stale: false,
    });
  });

  it('explain returns no layer when the service does not answer', async () => {
    const attune = fixture.open();
    await attune.ready();
    fixture.service.refuseAll = { status: 503 };
    expect(await attune.explain('temperature')).toMatchObject({ value: 0.7, layer: null, version: 1 });
  });
});

describe('close', () => {
  it('close ends the stream and all timers', async () => {
    const attune = fixture.open();
    await attune.ready();
    await attune.close();
    await waitFor(() => fixture.service.openStreams === 0);
    expect(attune.status().state).toBe('closed');
    expect(attune.get('temperature')).toBe(0.7);
    await expect(attune.ready()).rejects.toThrow(/closed/);
  });
});
