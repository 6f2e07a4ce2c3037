import { InMemStorageProvider, Unleash } from 'unleash-client';

const flag = 'configuration';

/**
 * Offline, from bootstrap data: one toggle, whose variant depends on one constraint on the plan.
 *
 * @type {import('../peers.js').OpenPeers}
 */
export async function open(entries) {
  const client = new Unleash({
    appName: 'bench',
    url: 'http://127.0.0.1:9/api/',
    refreshInterval: 0,
    disableMetrics: true,
    skipInstanceCountWarning: true,
    storageProvider: new InMemStorageProvider(),
    bootstrap: { data: [toggle(JSON.stringify(entries[0][1]))] },
  });
  // There is no server: what it knows is its bootstrap.
  client.on('error', () => {});
  client.on('warn', () => {});
  await client.start();
  const found = (keys) => {
    let count = 0;
    for (const key of keys) {
      const { payload } = client.getVariant(flag, { userId: key, properties: { plan: 'pro' } });
      if (payload?.value.length > 0) count += 1;
    }
    return count;
  };
  return [{ name: 'Unleash SDK, one variant', found, close: async () => client.destroy() }];
}

function toggle(value) {
  const constraints = [{ contextName: 'plan', operator: 'IN', values: ['pro'] }];
  const parameters = { rollout: '100', stickiness: 'userId', groupId: flag };
  const variants = [{ name: 'pro', weight: 1000, stickiness: 'userId', payload: { type: 'json', value } }];
  return {
    name: flag,
    type: 'release',
    enabled: true,
    stale: false,
    project: 'default',
    variants: [],
    strategies: [{ name: 'flexibleRollout', parameters, constraints, variants }],
  };
}
