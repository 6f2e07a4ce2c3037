import { type ApiClient, type TestDatabase, waitFor } from '#testing';
import { Client } from 'pg';
import type { TestTenant } from '../../app/test-app.js';

/** A bulk operation as the API shows it. */
export interface BulkOperation {
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
  readonly reverted_by: string | null;
  readonly reason: string;
  readonly failure_reason: string | null;
}

export interface BulkItem {
  readonly tenant_id: string;
  readonly outcome: string | null;
  readonly version: number | null;
  readonly detail: string | null;
}

export const bulkPath = '/v1/platform/bulk-updates';
/** The lock that a chunk takes before it reads. */
const chunkLockKey = 5_230_917;
/** What a bulk operation of thousands may take on a machine that does other things too. */
const bulkTimeout = { timeoutMs: 90_000, what: 'the bulk operation has ended' };

export async function startBulkUpdate(platform: ApiClient, body: object): Promise<BulkOperation> {
  const response = await platform.post<BulkOperation>(bulkPath, { reason: 'a test', ...body });
  if (response.status !== 202) throw new Error(`It was not begun: ${JSON.stringify(response.body)}`);
  return response.body;
}

export async function waitUntilEnded(platform: ApiClient, { id }: { id: string }): Promise<BulkOperation> {
  return waitFor(async () => {
    const { body } = await platform.get<BulkOperation>(`${bulkPath}/${id}`);
    return ['completed', 'cancelled', 'failed'].includes(body.state) && body;
  }, bulkTimeout);
}

/** Begins it and waits for its end. */
export async function runBulkUpdate(platform: ApiClient, body: object): Promise<BulkOperation> {
  return waitUntilEnded(platform, await startBulkUpdate(platform, body));
}

export async function revertBulkUpdate(platform: ApiClient, { id }: { id: string }): Promise<BulkOperation> {
  const { status, body } = await platform.post<BulkOperation>(`${bulkPath}/${id}/revert`);
  if (status !== 202) throw new Error(`The revert was not begun: ${JSON.stringify(body)}`);
  return waitUntilEnded(platform, body);
}

/** What became of the tenants, over all pages. */
export async function listItems(
  platform: ApiClient,
  { id }: { id: string },
  outcome?: string,
): Promise<BulkItem[]> {
  const items: BulkItem[] = [];
  const filter = outcome === undefined ? '' : `&outcome=${outcome}`;
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: string = `${bulkPath}/${id}/items?limit=200${filter}${cursor && `&cursor=${cursor}`}`;
    const { body } = await platform.get<{ items: BulkItem[]; next_cursor: string | null }>(page);
    items.push(...body.items);
    cursor = body.next_cursor;
  }
  return items;
}

/** Keeps every bulk operation from its next chunk as long as `work` takes, as another operation's chunk would. */
export async function withChunksBlocked<T>(database: TestDatabase, work: () => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [chunkLockKey]);
    return await work();
  } finally {
    await client.end();
  }
}

/** The selector of these tenants. */
export function selectTenants(...tenants: TestTenant[]): { tenant_ids: string[] } {
  return { tenant_ids: tenants.map(({ id }) => id) };
}

export async function getOutcome(
  platform: ApiClient,
  operation: BulkOperation,
  { id }: TestTenant,
): Promise<BulkItem | undefined> {
  return (await listItems(platform, operation)).find(({ tenant_id: tenant }) => tenant === id);
}

export function sumOutcomes(operation: BulkOperation): number {
  const { updated, unchanged, skipped_locked, approval_required, invalid, conflict } = operation;
  return updated + unchanged + skipped_locked + approval_required + invalid + conflict;
}
