import type { ApiResponse } from '#testing';
import { addTenants } from '#testing';
import { type Problem, useTestApp } from '../../app/test-app.js';
import { runBulkUpdate } from '../bulk/bulk-operations.js';

interface PreviewBody {
  readonly matched: number;
  readonly changed: number;
  readonly sample: object[];
  readonly page?: {
    readonly items: { tenant_id: string; outcome?: string }[];
    readonly next_cursor: string | null;
  };
}

describe('the pages of a preview', () => {
  const app = useTestApp('page');
  let ids: string[];

  beforeAll(async () => {
    ids = await addTenants(app.database, 'many', 30);
    await app.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"temperature": 0.4}' WHERE tenant_id > 'many-00025'`,
    );
  });

  async function followPages(send: (page: string) => Promise<ApiResponse<PreviewBody>>): Promise<string[]> {
    const found: string[] = [];
    for (let page: string | null = 'first'; page !== null;) {
      const { status, body }: ApiResponse<PreviewBody> = await send(page);
      expect(status).toBe(200);
      expect(body.sample.length).toBeLessThanOrEqual(20);
      found.push(...body.page!.items.map(({ tenant_id: id }) => id));
      page = body.page!.next_cursor;
    }
    return found;
  }

  it('the pages have every tenant that new defaults change, and change nothing', async () => {
    const send = (page: string) =>
      app.platform.patch<PreviewBody>(`/v1/platform/defaults?preview=true&limit=7&page=${page}`, {
        temperature: 0.1,
      });
    expect(await followPages(send)).toEqual(ids.slice(0, 25));
    expect((await app.platform.get('/v1/platform/defaults')).body).toMatchObject({ temperature: 0.7 });
  });

  it('the pages have every tenant that a plan changes or that uses a retiring model', async () => {
    const { body: pro } = await app.platform.get<Record<string, unknown>>('/v1/platform/plans/pro');
    const plan = { ...pro, defaults: { ...(pro['defaults'] as object), temperature: 0.2 } };
    const sendPlan = (page: string) =>
      app.platform.put<PreviewBody>(`/v1/platform/plans/pro?preview=true&limit=20&page=${page}`, plan);
    expect(await followPages(sendPlan)).toEqual(ids.slice(0, 25));
    const { body: model } = await app.platform.get<object>('/v1/platform/models/gpt-3.5-turbo');
    const sendModel = (page: string) =>
      app.platform.put<PreviewBody>(`/v1/platform/models/gpt-3.5-turbo?preview=true&limit=200&page=${page}`, {
        ...model,
        input_usd_per_mtok: 1,
      });
    expect(await followPages(sendModel)).toEqual(ids);
  });

  it('pages are absent where none was asked for, and refused with a change that would be made', async () => {
    const plain = await app.platform.patch<PreviewBody>('/v1/platform/defaults?preview=true', {
      temperature: 0.1,
    });
    expect(plain.body).not.toHaveProperty('page');
    const made = await app.platform.patch<Problem>('/v1/platform/defaults?page=first', { temperature: 0.1 });
    expect(made).toMatchObject({ status: 400, body: { errors: [{ field: 'page', rule: 'combination' }] } });
    expect((await app.platform.get('/v1/platform/defaults')).body).toMatchObject({ temperature: 0.7 });
    const body = { selector: { all: true }, changes: { temperature: 0.1 }, reason: 'r' };
    expect((await app.platform.post('/v1/platform/bulk-updates?page=first', body)).status).toBe(400);
    expect((await app.platform.get('/v1/platform/bulk-updates')).body).toMatchObject({ items: [] });
    const bad = await app.platform.patch('/v1/platform/defaults?preview=true&page=nonsense', {
      temperature: 0.1,
    });
    expect(bad.status).toBe(400);
  });

  it('the pages have every tenant of a dry run with its outcome, and GET …/preview has the same for an operation', async () => {
    const body = { selector: { all: true }, changes: { temperature: 0.4 }, reason: 'calmer' };
    const results: object[] = [];
    const send = async (page: string) => {
      const path = `/v1/platform/bulk-updates?limit=8&page=${page}`;
      const answer = await app.platform.post<PreviewBody>(path, { ...body, dry_run: true });
      results.push(...answer.body.page!.items);
      return answer;
    };
    expect(await followPages(send)).toEqual(ids);
    const { id } = await runBulkUpdate(app.platform, body);
    await app.asSuperuser(
      `UPDATE tenant_configurations SET settings = '{"temperature": 1}' WHERE tenant_id = 'many-00001'`,
    );
    const previewed: object[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const path: string = `/v1/platform/bulk-updates/${id}/preview?limit=8${cursor && `&cursor=${cursor}`}`;
      const page = await app.platform.get<{ items: object[]; next_cursor: string | null }>(path);
      previewed.push(...page.body.items);
      cursor = page.body.next_cursor;
    }
    expect(previewed).toEqual(results);
    expect(previewed[0]).toEqual({
      tenant_id: 'many-00001',
      outcome: 'updated',
      detail: null,
      changes: [{ field: 'temperature', from: null, to: 0.4 }],
    });
    expect(previewed[29]).toMatchObject({ outcome: 'unchanged', changes: [] });
    expect((await app.platform.get('/v1/platform/bulk-updates/0123456789abcdef/preview')).status).toBe(404);
  });
});
