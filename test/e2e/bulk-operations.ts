import { type ApiClient, type TestDatabase, waitFor } from '#testing';
import { Client } from 'pg';
import type { TenantOnStage } from './stage.js';

/** A bulk operation as the API shows it. */
export interface Operation {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly matched: number;
  readonly done: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly skipped_locked: number;
  readonly approval_required: number;
  readonly invalid: number;
  readonly conflict: number;
  readonly reverts: string | null;
  readonly reason: string;
  readonly failure_reason: string | null;
}

export interface Item {
  readonly tenant_id: string;
  readonly outcome: string | null;
  readonly version: number | null;
  readonly detail: string | null;
}

export const bulkPath = '/v1/platform/bulk-updates';
/** The lock that a chunk takes before it reads. */
const chunkLock = 5_230_917;
/** What a bulk operation of thousands may take on a machine that does other things too. */
const patience = { timeoutMs: 90_000, what: 'the bulk operation has ended' };

export async function startBulk(platform: ApiClient, body: object): Promise<Operation> {
  const answer = await platform.post<Operation>(bulkPath, { reason: 'a test', ...body });
  if (answer.status !== 202) throw new Error(`It was not begun: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export async function ended(platform: ApiClient, { id }: { id: string }): Promise<Operation> {
  return waitFor(async () => {
    const { body } = await platform.get<Operation>(`${bulkPath}/${id}`);
    return ['completed', 'cancelled', 'failed'].includes(body.state) && body;
  }, patience);
}

/** Begins it and waits for its end. */
export async function runBulk(platform: ApiClient, body: object): Promise<Operation> {
  return ended(platform, await startBulk(platform, body));
}

export async function revertBulk(platform: ApiClient, { id }: { id: string }): Promise<Operation> {
  const { status, body } = await platform.post<Operation>(`${bulkPath}/${id}/revert`);
  if (status !== 202) throw new Error(`The revert was not begun: ${JSON.stringify(body)}`);
  return ended(platform, body);
}

/** What became of the tenants, over all pages. */
export async function itemsOf(
  platform: ApiClient,
  { id }: { id: string },
  outcome?: string,
): Promise<Item[]> {
  const items: Item[] = [];
  const filter = outcome === undefined ? '' : `&outcome=${outcome}`;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: string = `${bulkPath}/${id}/items?limit=200${filter}${cursor && `&cursor=${cursor}`}`;
    const { body } = await platform.get<{ items: Item[]; next_cursor: string | null }>(page);
    items.push(...body.items);
    cursor = body.next_cursor;
  }
  return items;
}

/** Keeps every bulk operation from its next chunk as long as `work` takes, as another operation's chunk would. */
export async function holdingChunks<T>(database: TestDatabase, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [chunkLock]);
    return await work();
  } finally {
    await client.end();
  }
}

/** The selector of these tenants. */
export function only(...tenants: TenantOnStage[]): { tenant_ids: string[] } {
  return { tenant_ids: tenants.map(({ id }) => id) };
}

export async function outcomeOf(
  platform: ApiClient,
  operation: Operation,
  { id }: TenantOnStage,
): Promise<Item | undefined> {
  return (await itemsOf(platform, operation)).find(({ tenant_id: tenant }) => tenant === id);
}

export function sumOf(operation: Operation): number {
  const { updated, unchanged, skipped_locked, approval_required, invalid, conflict } = operation;
  return updated + unchanged + skipped_locked + approval_required + invalid + conflict;
}
