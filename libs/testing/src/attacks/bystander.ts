import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient } from '../api-client.js';

const intervalMs = 10;

/** What the reads of another tenant were like. Times are in milliseconds. */
export interface BystanderReport {
  readonly reads: number;
  /** Reads that were not answered with 200. */
  readonly failures: number;
  readonly maxMs: number;
  readonly p95Ms: number;
}

/** Another tenant, which reads its configuration again and again. */
export class Bystander {
  private readonly times: number[] = [];
  private failures = 0;
  private isStopped = false;
  private readonly finished: Promise<void>;

  private constructor(private readonly client: ApiClient) {
    this.finished = this.read();
  }

  /** Begins to count after a few reads: the first ones load the key and the configuration. */
  static async start(url: string, key: string): Promise<Bystander> {
    const client = new ApiClient(url, key);
    for (let read = 0; read < 20; read += 1) await client.get('/v1/config');
    return new Bystander(client);
  }

  /** Stops after the current read. */
  async stop(): Promise<BystanderReport> {
    this.isStopped = true;
    await this.finished;
    const sorted = this.times.toSorted((a, b) => a - b);
    return {
      reads: sorted.length,
      failures: this.failures,
      maxMs: sorted.at(-1) ?? 0,
      p95Ms: sorted[Math.floor(sorted.length * 0.95)] ?? 0,
    };
  }

  private async read(): Promise<void> {
    while (!this.isStopped) {
      const startedAt = performance.now();
      const status = await this.client.get('/v1/config').then(
        (response) => response.status,
        () => 0,
      );
      if (status !== 200) this.failures += 1;
      this.times.push(performance.now() - startedAt);
      await pause(intervalMs);
    }
  }
}
