import { waitFor } from '#testing';
import {
  type BulkOperation,
  bulkPath,
  waitUntilEnded,
  withChunksBlocked,
  selectTenants,
  runBulkUpdate,
  startBulkUpdate,
} from './bulk-operations.js';
import { getHistory, useTestApp } from '../../app/test-app.js';

const app = useTestApp('watched');

describe('the event stream of a bulk operation', () => {
  async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: BulkOperation }> {
    let text = '';
    for await (const bytes of response.body!.pipeThrough(new TextDecoderStream())) {
      text += bytes;
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const found = /^event: (\w+)\ndata: (.*)$/.exec(block);
        if (found) yield { event: found[1]!, data: JSON.parse(found[2]!) as BulkOperation };
      }
    }
  }

  async function allOf<T>(events: AsyncIterable<T>): Promise<T[]> {
    const all: T[] = [];
    for await (const event of events) all.push(event);
    return all;
  }

  function listen(id: string, signal?: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${app.replica.platformKey}` };
    return fetch(`${app.replica.url}${bulkPath}/${id}/events`, { headers, ...(signal && { signal }) });
  }

  it('sends progress until the operation is done, then the end event, to every listener', async () => {
    const tenant = await app.createTenant();
    const received = await withChunksBlocked(app.database, async () => {
      const { id } = await startBulkUpdate(app.platform, {
        selector: selectTenants(tenant),
        changes: { temperature: 0.8 },
      });
      const streams = (await Promise.all([listen(id), listen(id), listen(id)])).map(eventsOf);
      const first = await Promise.all(streams.map((stream) => stream.next()));
      return { streams, first };
    });
    for (const { value } of received.first)
      expect(value).toMatchObject({ event: 'progress', data: { state: 'queued', done: 0, matched: 1 } });
    for (const stream of received.streams) {
      const rest = await allOf(stream);
      expect(rest.at(-1)).toMatchObject({ event: 'done', data: { state: 'completed', updated: 1 } });
      expect(rest.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    }
  });

  it('sends only the end event for an operation that has ended', async () => {
    const { id } = await runBulkUpdate(app.platform, {
      selector: selectTenants(await app.createTenant()),
      changes: { temperature: 0.8 },
    });
    const response = await listen(id);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await allOf(eventsOf(response))).toMatchObject([{ event: 'done', data: { id } }]);
  });

  it('ends without harm when the listener leaves', async () => {
    const leaving = new AbortController();
    const operation = await withChunksBlocked(app.database, async () => {
      const begun = await startBulkUpdate(app.platform, {
        selector: selectTenants(await app.createTenant()),
        changes: { temperature: 1 },
      });
      await eventsOf(await listen(begun.id, leaving.signal)).next();
      leaving.abort();
      return begun;
    });
    expect(await waitUntilEnded(app.platform, operation)).toMatchObject({ state: 'completed' });
  });
});

describe('a bulk chunk that cannot be written', () => {
  it('runs again, and the operation goes on', async () => {
    const tenant = await app.createTenant();
    const operation = await withChunksBlocked(app.database, async () => {
      const begun = await startBulkUpdate(app.platform, {
        selector: selectTenants(tenant),
        changes: { temperature: 0.6 },
      });
      await breakWrites();
      return begun;
    });
    await waitFor(async () => (await failuresOf(operation)) > 0);
    await mendWrites();
    expect(await waitUntilEnded(app.platform, operation)).toMatchObject({ state: 'completed', updated: 1 });
    expect(await getHistory(tenant.admin)).toHaveLength(2);
  });

  it('fails the operation with a reason when it keeps failing', async () => {
    const tenant = await app.createTenant();
    await breakWrites();
    const operation = await runBulkUpdate(app.platform, {
      selector: selectTenants(tenant),
      changes: { temperature: 0.6 },
    });
    await mendWrites();
    expect(operation).toMatchObject({ state: 'failed', done: 0, matched: 1 });
    expect(operation.failure_reason).toMatch(/^The first chunk of tenants could not be written/);
    expect(await getHistory(tenant.admin)).toHaveLength(1);
  });

  async function breakWrites(): Promise<void> {
    await app.asSuperuser(
      `CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$`,
    );
    await app.asSuperuser(
      'CREATE TRIGGER broken BEFORE UPDATE OF outcome ON bulk_operation_items FOR EACH ROW EXECUTE FUNCTION broken()',
    );
  }

  async function mendWrites(): Promise<void> {
    await app.asSuperuser('DROP TRIGGER broken ON bulk_operation_items');
  }

  async function failuresOf({ id }: BulkOperation): Promise<number> {
    const sql = 'SELECT failures FROM bulk_operations WHERE id = $1';
    return (await app.asSuperuser<{ failures: number }>(sql, [id]))[0]?.failures ?? 0;
  }
});
