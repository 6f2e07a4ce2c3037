import { Redis } from 'ioredis';
import { percentile, ratios, tableRow, medianWithRange } from '../statistics.js';
import { type TemporaryServers, startServers } from '../temporary-servers.js';
import { Worker, monotonicMs } from '../worker.js';
import { measureEndToEnd } from './end-to-end.js';
import { type ConnectedCache, connectCache } from './connected-cache.js';
import { kind, rawChannel } from './listener.js';

export interface PropagationOptions {
  readonly rounds: number;
  /** Changes of each kind in each round. */
  readonly changes: number;
  /** PATCH requests in each round. */
  readonly patches: number;
}

/** Milliseconds of one round's changes. */
interface PropagationRound {
  readonly raw: number[];
  readonly cache: number[];
}

/**
 * Measures how long a change takes to reach another process through the coherent cache. The yardstick is a plain publish
 * of an equally long message with ioredis. Both alternate over one Redis. Both processes read the machine's monotonic
 * clock, which they share (this is checked at the start), so that one direction is measured instead of half a round trip.
 */
export async function measurePropagation(options: PropagationOptions): Promise<void> {
  const servers = await startServers();
  try {
    await cacheToCache(servers, options);
    await measureEndToEnd(servers, options);
  } finally {
    await servers.stop();
  }
}

async function cacheToCache({ redisUrl }: TemporaryServers, options: PropagationOptions): Promise<void> {
  const worker = Worker.start('propagation');
  const publisher = new Redis(redisUrl);
  const connected = await connectCache(redisUrl);
  try {
    await worker.ask('connect', { redisUrl });
    await checkClock(worker);
    const changes = new ChangeMeasurement(worker, publisher, connected);
    await changes.runRound(options.changes);
    const rounds: PropagationRound[] = [];
    for (let round = 0; round < options.rounds; round += 1)
      rounds.push(await changes.runRound(options.changes));
    print(rounds, options);
  } finally {
    await worker.stop();
    await connected.close();
    publisher.disconnect();
  }
}

/** @throws Error if the clock of the other process is not between two readings of this one. */
async function checkClock(worker: Worker): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const before = monotonicMs();
    const otherClock = await worker.ask<number>('now');
    if (otherClock < before || otherClock > monotonicMs())
      throw new Error('The two processes do not share a clock.');
  }
}

class ChangeMeasurement {
  private version = 1;

  constructor(
    private readonly worker: Worker,
    private readonly publisher: Redis,
    private readonly connected: ConnectedCache,
  ) {}

  async runRound(changes: number): Promise<PropagationRound> {
    const round: PropagationRound = { raw: [], cache: [] };
    for (let index = 0; index < changes; index += 1) {
      round.raw.push(await this.plainMessage());
      round.cache.push(await this.change(`key-${index % 100}`));
    }
    return round;
  }

  private async plainMessage(): Promise<number> {
    await this.worker.ask('expectMessage');
    const change = { kind, key: 'key-00', version: this.version };
    const message = JSON.stringify({ from: '0123456789abcdef', changes: [change] });
    const sentAt = monotonicMs();
    await this.publisher.publish(rawChannel, message);
    return (await this.worker.ask<number>('receivedAt')) - sentAt;
  }

  private async change(key: string): Promise<number> {
    this.version += 1;
    const { version } = this;
    await this.worker.ask('expectChange', { key, version });
    this.version += 1;
    const sentAt = monotonicMs();
    await this.connected.cache.publishCommitted([{ kind, key, version: version + 1 }]);
    return (await this.worker.ask<number>('receivedAt')) - sentAt;
  }
}

function print(rounds: readonly PropagationRound[], { changes }: PropagationOptions): void {
  console.log(
    `Node ${process.version}, ${rounds.length} rounds of ${changes} changes. Median of the rounds (min–max):\n`,
  );
  console.log(tableRow(['from one process to another', 'p50 ms', 'p99 ms', 'p50 vs plain', 'p99 vs plain']));
  const at = (of: keyof PropagationRound, share: number): number[] =>
    rounds.map((round) => percentile(round[of], share));
  const line = (name: string, of: keyof PropagationRound): string =>
    tableRow([
      name,
      medianWithRange(at(of, 0.5), 3),
      medianWithRange(at(of, 0.99), 3),
      medianWithRange(ratios(at(of, 0.5), at('raw', 0.5)), 2),
      medianWithRange(ratios(at(of, 0.99), at('raw', 0.99)), 2),
    ]);
  console.log(line('plain publish to message', 'raw'));
  console.log(line('commit to dropped old value', 'cache'));
}
