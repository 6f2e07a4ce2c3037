import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, waitFor } from '#testing';
import { useTestApp } from '../../app/test-app.js';
import { createWebhook, waitForDelivery } from './webhook-requests.js';

const root = join(import.meta.dirname, '../../..');
const guide = readFileSync(join(root, 'docs/guide/webhooks.md'), 'utf8');
const example = /```js\n([\s\S]*?)```/.exec(guide)![1]!;

const app = useTestApp('read', { EGRESS_ALLOW: '127.0.0.1' });

describe('the guide to webhooks', () => {
  it('has a receiver that accepts what Attune signs, and refuses the rest', async () => {
    const { admin, id: tenantId } = await app.createTenant();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    const { id, secret } = await createWebhook(admin, { url, events: ['config.updated'] });
    const env = { PORT: String(port), WEBHOOK_SECRET: secret };
    const receiver = spawn(process.execPath, ['--input-type=module', '--eval', example], { cwd: root, env });
    let output = '';
    receiver.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    try {
      const unsigned = await waitFor(() => fetch(url, { method: 'POST', body: '{}' }));
      expect(unsigned.status).toBe(400);
      await admin.patch('/v1/config', { max_tokens: 730 });
      await waitForDelivery(admin, id, ({ state }) => state === 'delivered');
      expect(output).toBe(`config.updated of ${tenantId}: version 2\n`);
    } finally {
      receiver.kill();
    }
  });

  it('names every event and metric of the product', async () => {
    const { body } = await app.platform.get<{ webhooks: Record<string, object> }>('/openapi.json');
    const words = guide.replaceAll(/`\.(\w+)`/g, '$1');
    for (const event of Object.keys(body.webhooks)) {
      const [kind, verb] = event.split('.') as [string, string];
      expect([
        event,
        guide.includes(event) || (words.includes(`\`${kind}.`) && words.includes(verb)),
      ]).toEqual([event, true]);
    }
    const metrics = await app.platform.get<string>('/metrics');
    const names = [...metrics.body.matchAll(/# TYPE (attune_webhook\w+)/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThanOrEqual(3);
    expect(names.filter((name) => !guide.includes(`\`${name}`))).toEqual([]);
  });
});
