import { waitFor } from '../../../testing/src/index.js';
import { useTestService, waitForState } from '../../testing/use-test-service.js';
import { AttuneNotReadyError } from '../index.js';

const fixture = useTestService();

describe('a client whose stream is lost', () => {
  it('a black hole makes the client stale, and it is current again after the network is back', async () => {
    const proxy = await fixture.openProxy();
    const attune = fixture.open({ url: proxy.url });
    await attune.ready();
    proxy.freeze();
    await waitForState(attune, 'stale');
    expect(attune.get('temperature')).toBe(0.7);
    fixture.service.change({ temperature: 0.1 });
    await proxy.restore();
    await waitFor(() => attune.get('temperature') === 0.1 && attune.status().state === 'ready');
    expect(attune.status()).toMatchObject({ version: 2, stale: false });
  });

  it('a stream whose connection stays half open for ever is replaced', async () => {
    const proxy = await fixture.openProxy();
    const attune = fixture.open({ url: proxy.url });
    await attune.ready();
    proxy.abandonConnections();
    fixture.service.change({ temperature: 0.1 });
    await waitFor(() => attune.get('temperature') === 0.1 && attune.status().state === 'ready');
    expect(attune.status()).toMatchObject({ version: 2, stale: false });
  });

  it('a lost stream is resumed with the id of its last event, and needs no second put', async () => {
    const attune = fixture.open();
    await attune.ready();
    fixture.service.change({ temperature: 0.3 });
    await waitFor(() => attune.status().version === 2);
    fixture.service.endStreams();
    await waitFor(() => fixture.service.resumed.length === 2 && attune.status().state === 'ready');
    expect(fixture.service.resumed).toEqual([undefined, '2-00000001']);
  });

  it('a goodbye leaves the client ready until the next stream', async () => {
    const attune = fixture.open();
    await attune.ready();
    const states: string[] = [];
    attune.on('state', ({ to }) => states.push(to));
    fixture.service.endStreams(20);
    await waitFor(() => fixture.service.resumed.length === 2);
    fixture.service.change({ temperature: 0.3 });
    await waitFor(() => attune.get('temperature') === 0.3);
    expect(states).toEqual([]);
  });

  it('polls replace a stream that the service has no room for, until it has room again', async () => {
    fixture.service.refuseStream = { status: 429, headers: { 'fetch-mode': 'polling' } };
    const attune = fixture.open();
    await attune.ready();
    expect(attune.status()).toMatchObject({ updates: 'polling', reason: 'poll' });
    fixture.service.setSilently({ temperature: 0.2 });
    await waitFor(() => attune.get('temperature') === 0.2);
    fixture.service.refuseStream = null;
    await waitFor(() => attune.status().updates === 'streaming');
    fixture.service.change({ temperature: 0.1 });
    await waitFor(() => attune.get('temperature') === 0.1);
  });

  it('polls replace a stream that a proxy holds back', async () => {
    fixture.service.isBuffered = true;
    const attune = fixture.open();
    await attune.ready();
    await waitFor(() => attune.status().updates === 'polling');
    fixture.service.setSilently({ temperature: 0.2 });
    await waitFor(() => attune.get('temperature') === 0.2);
    expect(attune.status()).toMatchObject({ state: 'ready', reason: 'poll' });
  });
});

describe('a client whose key is refused', () => {
  it('a refused key fails ready at once, with the reason', async () => {
    const attune = fixture.open({ key: 'atn_wrong_key' });
    const error = await attune.ready({ timeoutMs: 60_000 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AttuneNotReadyError);
    expect(error).toMatchObject({ status: { state: 'fatal', reason: 'unauthenticated' } });
  });

  it('a refused key is tried again, and works once the service takes it', async () => {
    fixture.service.refuseAll = { status: 403 };
    const attune = fixture.open();
    await waitForState(attune, 'fatal');
    fixture.service.refuseAll = null;
    await waitForState(attune, 'ready');
    expect(attune.get('temperature')).toBe(0.7);
  });

  it('a key that is revoked later leaves the last values in place', async () => {
    const attune = fixture.open();
    await attune.ready();
    fixture.service.refuseAll = { status: 401 };
    fixture.service.endStreams();
    await waitForState(attune, 'fatal');
    expect(attune.get('temperature')).toBe(0.7);
  });
});
