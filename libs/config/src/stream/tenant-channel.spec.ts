import fc from 'fast-check';
import fastify, { type FastifyInstance } from 'fastify';
import { EventStreamClient, waitFor } from '#testing';
import { compileConfiguration, type CompiledConfiguration } from '../compile/compiled-configuration.js';
import { someInputs } from '../../testing/configuration-builders.js';
import { configEvents } from './config-events.js';
import { OpenStream } from './open-stream.js';
import { TenantChannel } from './tenant-channel.js';

function version(
  number: number,
  origin: CompiledConfiguration['inputs']['origin'] = null,
): CompiledConfiguration {
  const inputs = someInputs({ version: number, settings: { max_tokens: 100 + number } });
  return compileConfiguration({ ...inputs, origin });
}

let server: FastifyInstance;
let address: string;
let channel: TenantChannel;
let stored: CompiledConfiguration | Error;

beforeEach(async () => {
  stored = version(1);
  channel = new TenantChannel('acme', async () => {
    const read = stored;
    await new Promise(setImmediate);
    if (read instanceof Error) throw read;
    return read;
  });
  server = fastify();
  server.get('/', (_request, reply) => {
    const stream = new OpenStream(reply, configEvents, 0, {});
    channel.streams.add(stream);
    stream.start(configEvents.start(channel.current!));
  });
  await channel.refresh();
  address = await server.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(async () => {
  server.server.closeAllConnections();
  await server.close();
});

async function change(to: CompiledConfiguration): Promise<void> {
  stored = to;
  await channel.refresh();
}

/** The name and the version of each event, once there are so many. */
async function eventsOf(stream: EventStreamClient, count: number): Promise<string[]> {
  await waitFor(() => stream.events.length >= count);
  return stream.events.map(({ event, data }) => ('version' in data ? `${event} ${data['version']}` : event!));
}

describe('TenantChannel', () => {
  it('sends each stream every change since it joined, in order', async () => {
    const early = await EventStreamClient.open(address);
    await early.waitFor(() => true);
    await change(version(2));
    const late = await EventStreamClient.open(address);
    await late.waitFor(() => true);
    await change(version(3));
    expect(await eventsOf(early, 3)).toEqual(['put 1', 'patch 2', 'patch 3']);
    expect(await eventsOf(late, 2)).toEqual(['put 2', 'patch 3']);
  });

  it('reads once more when a change comes while it reads', async () => {
    const running = channel.refresh();
    stored = version(2);
    await Promise.all([running, channel.refresh()]);
    expect(channel.current?.version).toBe(2);
  });

  it('sends nothing when nothing has changed', async () => {
    const stream = await EventStreamClient.open(address);
    await stream.waitFor(() => true);
    await change(version(1));
    await change(version(2));
    expect(await eventsOf(stream, 2)).toEqual(['put 1', 'patch 2']);
  });

  it('ignores an older copy that is read during an outage', async () => {
    await change(version(3));
    const stream = await EventStreamClient.open(address);
    await stream.waitFor(() => true);
    await change(version(2, 'last-known-good'));
    await change(version(0, 'defaults'));
    await change(version(4));
    expect(await eventsOf(stream, 2)).toEqual(['put 3', 'patch 4']);
  });

  it('says reset when the database was restored to an older version', async () => {
    await change(version(3));
    const stream = await EventStreamClient.open(address);
    await stream.waitFor(() => true);
    await change(version(2));
    expect(await eventsOf(stream, 3)).toEqual(['put 3', 'reset', 'put 2']);
  });

  it('keeps its state when reading fails, and continues after that', async () => {
    stored = new Error('away');
    await expect(channel.refresh()).rejects.toThrow('away');
    expect(channel.current?.version).toBe(1);
    await change(version(2));
    expect(channel.current?.version).toBe(2);
  });

  it('ends with what was read last, whatever the order of changes and reads', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('change', 'refresh', 'turn'), { maxLength: 30 }),
        async (steps) => {
          let number = 1;
          stored = version(number);
          const running: Promise<void>[] = [channel.refresh()];
          for (const step of steps) {
            if (step === 'change') stored = version((number += 1));
            if (step !== 'turn') running.push(channel.refresh());
            else await new Promise(setImmediate);
          }
          await Promise.all(running);
          expect(channel.current?.version).toBe(number);
        },
      ),
      { numRuns: 30 },
    );
  });
});
