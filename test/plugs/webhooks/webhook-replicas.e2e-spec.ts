import { ReplicaCluster, waitFor } from '#testing';
import { querySql } from '../../app/test-app.js';
import { createWebhook } from './webhook-requests.js';
import { WebhookReceiver } from './webhook-receiver.js';

describe('webhooks of several replicas', () => {
  let cluster: ReplicaCluster;
  let receiver: WebhookReceiver;
  const path = '/v1/platform/webhooks';
  const events = ['config.updated'];

  beforeAll(async () => {
    cluster = await ReplicaCluster.start({ env: { EGRESS_ALLOW: '127.0.0.1' } });
  });
  beforeEach(async () => {
    receiver = await WebhookReceiver.start();
  });
  afterEach(() => receiver.close());
  afterAll(() => cluster.close());

  function deliveryIds(): string[] {
    return receiver.attempts.map(({ headers }) => String(headers['webhook-id']));
  }

  it('deliver each event of a change of many tenants once', async () => {
    await cluster.addTenants('many', 60);
    const { id } = await createWebhook(cluster.api, { url: receiver.url, events }, path);
    const bySql = `UPDATE tenant_configurations SET settings = settings || '{"max_tokens": 720}' WHERE tenant_id LIKE 'many-%'`;
    await querySql(cluster.database.superuserUrl, bySql);
    await receiver.waitForAttempts(60);
    await waitFor(async () => {
      const pending = `SELECT FROM webhook_deliveries WHERE webhook_id = $1 AND state <> 'delivered'`;
      return (await querySql(cluster.database.superuserUrl, pending, [id])).length === 0;
    });
    expect(deliveryIds()).toHaveLength(60);
    expect(new Set(deliveryIds()).size).toBe(60);
    await cluster.api.del(`${path}/${id}`);
  });

  it('lose no event of a replica that is killed after the commit, or in the middle of an attempt', async () => {
    await cluster.addTenants('killed', 12);
    const { id } = await createWebhook(cluster.api, { url: receiver.url, events }, path);
    // The receiver never answers until the replica is dead.
    receiver.answer = () => undefined;
    const [one, two, three] = cluster.replicas;
    await two.kill();
    await three.kill();
    await one.client().post('/v1/platform/bulk-updates', {
      selector: { all: true },
      changes: { max_tokens: 721 },
      reason: 'a test',
    });
    await receiver.waitForAttempts(5);
    await one.kill();
    receiver.answer = (response) => response.writeHead(204).end();
    await cluster.restore();
    const undelivered = `SELECT FROM tenant_configuration_history h
      WHERE h.bulk_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM webhook_deliveries d WHERE d.webhook_id = $1 AND d.tenant_id = h.tenant_id
          AND (d.data ->> 'version')::bigint = h.version AND d.state = 'delivered')`;
    await waitFor(
      async () => {
        const missing = await querySql(cluster.database.superuserUrl, undelivered, [id]);
        const [bulk] = await querySql<{ state: string }>(
          cluster.database.superuserUrl,
          'SELECT state FROM bulk_operations',
        );
        return bulk?.state === 'completed' && missing.length === 0;
      },
      { timeoutMs: 120_000, what: 'every event is delivered' },
    );
    const received = new Set(receiver.events.map(({ data }) => data['tenant_id']));
    expect(received.size).toBeGreaterThanOrEqual(12);
  });
});
