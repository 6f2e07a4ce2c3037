import { type ErrorEvent, EventSource } from 'eventsource';
import { type ApiClient, EventStreamClient, waitFor } from '#testing';
import { expectProblem } from '../../app/expect-problem.js';
import { type TestTenant, createTenant, useTestApp } from '../../app/test-app.js';

interface Ticket {
  readonly ticket: string;
  readonly expires_at: string;
}

const app = useTestApp();
let tenant: TestTenant;

beforeAll(async () => {
  tenant = await createTenant(app.platform, 'ticketed');
});

async function ticketOf(client: ApiClient): Promise<Ticket> {
  const { status, body } = await client.post<Ticket>('/v1/config/stream-ticket');
  expect(status).toBe(200);
  return body;
}

function streamUrl(ticket: string): string {
  return `${app.replica.url}/v1/config/stream?ticket=${ticket}`;
}

describe('the package eventsource', () => {
  it("reads its tenant's settings and changes with a ticket, and learns that a wrong ticket is refused", async () => {
    const other = await createTenant(app.platform, 'another');
    const { ticket } = await ticketOf(tenant.member);
    const source = new EventSource(streamUrl(ticket));
    const received: Record<string, unknown>[] = [];
    for (const name of ['put', 'patch'])
      source.addEventListener(name, ({ data }) =>
        received.push(JSON.parse(data as string) as Record<string, unknown>),
      );
    await waitFor(() => received[0]);
    await other.admin.patch('/v1/config', { temperature: 0.91 });
    await tenant.admin.patch('/v1/config', { temperature: 0.92 });
    await waitFor(() => received[1]);
    source.close();
    expect(received[0]).toMatchObject({ tenant_id: 'ticketed' });
    expect(received[1]).toMatchObject({
      changes: expect.arrayContaining([{ field: 'temperature', from: 0.7, to: 0.92 }]),
    });
    expect(JSON.stringify(received)).not.toMatch(/another|0\.91/);

    const refused = new EventSource(streamUrl(`${ticket}x`));
    const error = await new Promise<ErrorEvent>((resolve) => refused.addEventListener('error', resolve));
    expect([error.code, refused.readyState]).toEqual([401, refused.CLOSED]);
  });
});

describe('POST /v1/config/stream-ticket', () => {
  it('a ticket opens the stream without any header', async () => {
    const { ticket, expires_at: expiresAt } = await ticketOf(tenant.member);
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() + 3_500_000);
    const stream = await EventStreamClient.open(streamUrl(ticket));
    const put = await stream.waitFor(({ event }) => event === 'put');
    expect(put.data['tenant_id']).toBe('ticketed');
    stream.close();
  });

  it('POST /v1/config/stream-ticket answers with the same ticket for the same key, and with another for another key', async () => {
    const tickets = [
      await ticketOf(tenant.member),
      await ticketOf(tenant.member),
      await ticketOf(tenant.admin),
    ].map(({ ticket }) => ticket.split('.')[0]);
    expect(tickets[0]).toBe(tickets[1]);
    expect(tickets[0]).not.toBe(tickets[2]);
  });

  it.each(['/v1/config', '/v1/usage', '/v1/documents', '/v1/config/history'])(
    'a ticket does not open %s',
    async (path) => {
      const { ticket } = await ticketOf(tenant.admin);
      const answer = await app.platform.as(null).get(`${path}?ticket=${ticket}`);
      expectProblem(answer, 401, 'unauthenticated');
      const bearer = await app.platform.as(ticket).get(path);
      expectProblem(bearer, 401, 'unauthenticated');
    },
  );

  it('a ticket may do no more than the scopes of its key', async () => {
    const { body } = await tenant.admin.post<{ key: string }>('/v1/api-keys', {
      name: 'flags only',
      role: 'member',
      scopes: ['flags:evaluate'],
    });
    const { ticket } = await ticketOf(app.platform.as(body.key));
    const answer = await app.platform.as(null).get(`/v1/config/stream?ticket=${ticket}`);
    expectProblem(answer, 403, 'forbidden');
  });

  it('an altered ticket does not open the stream', async () => {
    const { ticket } = await ticketOf(tenant.member);
    const [id, window, mac] = ticket.split('.');
    const forged = [
      `${tenant.adminKeyId}.${window}.${mac}`,
      `${id}.${Number(window) + 1}.${mac}`,
      `${id}.${Number(window) - 1}.${mac}`,
      `${id}.${window}.${mac!.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))}`,
      `${id}.${window}.`,
      'x',
      '',
    ];
    for (const each of forged) {
      const answer = await app.platform.as(null).get(`/v1/config/stream?ticket=${each}`);
      expect([each, answer.status]).toEqual([each, 401]);
    }
  });

  it('a ticket and its streams end with the key', async () => {
    const { body } = await tenant.admin.post<{ id: string; key: string }>('/v1/api-keys', {
      name: 'page',
      role: 'member',
    });
    const { ticket } = await ticketOf(app.platform.as(body.key));
    const stream = await EventStreamClient.open(streamUrl(ticket));
    await stream.waitFor(({ event }) => event === 'put');
    await tenant.admin.del(`/v1/api-keys/${body.id}`);
    await waitFor(() => stream.hasEnded, { timeoutMs: 5_000 });
    expectProblem(
      await app.platform.as(null).get(`/v1/config/stream?ticket=${ticket}`),
      401,
      'unauthenticated',
    );
  });

  it('a ticket never appears in the log', async () => {
    const { ticket } = await ticketOf(tenant.member);
    const stream = await EventStreamClient.open(streamUrl(ticket));
    await stream.waitFor(({ event }) => event === 'put');
    stream.close();
    await app.platform.as(null).get(`/v1/config/stream?ticket=${ticket}x`);
    expect((await fetch(streamUrl(ticket), { method: 'HEAD' })).status).toBe(200);
    await waitFor(() => app.replica.output().includes('"method":"HEAD","route":"/v1/config/stream"'));
    expect(app.replica.output()).not.toContain(ticket);
  });
});
