import { Agent, request } from 'undici';
import type { LoadOptions, Throughput } from '../config-read/measure-throughput.js';

const question = JSON.stringify({ question: 'When is the rent due?' });
/** Few enough that none of them waits for another tenant's turn. */
const maxConnections = 8;

/** Asks the sandbox model questions over keep-alive connections. @throws Error if one fails */
export async function measureQueries(
  url: string,
  key: string,
  { seconds, connections }: LoadOptions,
): Promise<Pick<Throughput, 'perSecond'>> {
  const dispatcher = new Agent({ connections: maxConnections });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const startedAt = performance.now();
  let count = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() - startedAt < seconds * 1_000) {
      const response = await request(url, { method: 'POST', headers, body: question, dispatcher });
      const text = await response.body.text();
      if (response.statusCode !== 200) throw new Error(`A query failed: ${response.statusCode} ${text}`);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, maxConnections) }, ask));
  await dispatcher.close();
  return { perSecond: count / ((performance.now() - startedAt) / 1_000) };
}
