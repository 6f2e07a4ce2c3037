import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAttune } from '#sdk';
import { TestService } from '../../libs/sdk/testing/test-service.js';
import { medianWithRange } from '../statistics.js';
import type { Worker } from '../worker.js';

const starts = 20;
/** Nothing listens on this port. */
const url = 'http://127.0.0.1:9';
const key = 'atn_test_key';

/** Prints how long a client needs that finds its file and not its service. The first start in a process also loads code. */
export async function printClientStarts(worker: Worker): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'attune-client-'));
  try {
    const file = await writeClientFile(folder);
    const times: number[] = [];
    for (let start = 0; start < starts; start += 1) times.push(await worker.ask('start', { file }));
    const [first, ...others] = times;
    console.log(
      `@attune/client with a file and without its service: ready after ${first!.toFixed(1)} ms at the first start of a process, then ${medianWithRange(others, 1)} ms; it says that the file is stale.\n`,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * Returns the milliseconds until the client is ready.
 *
 * @throws Error if the client does not say where its configuration is from.
 */
export async function measureClientStart({ file }: { readonly file: string }): Promise<number> {
  const startedAt = performance.now();
  const client = createAttune({ url, key, file });
  const { source, stale } = await client.ready();
  const ms = performance.now() - startedAt;
  await client.close();
  if (source !== 'file' || !stale) throw new Error(`The client says ${source}, stale: ${stale}.`);
  return ms;
}

async function writeClientFile(folder: string): Promise<string> {
  const file = join(folder, 'settings.json');
  const service = await TestService.start({ temperature: 0.7, max_tokens: 900 });
  const client = createAttune({ url: service.url, key, file });
  await client.ready();
  await client.close();
  await service.close();
  return file;
}
