import { init } from '@launchdarkly/node-server-sdk';
import { TestData } from '@launchdarkly/node-server-sdk/integrations';

const flag = 'configuration';

/**
 * Offline, without events: one JSON flag, whose value depends on one rule on the plan.
 *
 * @type {import('../peers.js').OpenPeers}
 */
export async function open(entries) {
  const data = new TestData();
  const settings = entries[0][1];
  await data.update(
    data
      .flag(flag)
      .variations({ version: 0 }, settings)
      .fallthroughVariation(0)
      .ifMatch('tenant', 'plan', 'pro')
      .thenReturn(1),
  );
  const logger = { error: console.error, warn: console.error, info() {}, debug() {} };
  const client = init('sdk-key-unused', {
    updateProcessor: data.getFactory(),
    sendEvents: false,
    diagnosticOptOut: true,
    logger,
  });
  await client.waitForInitialization({ timeout: 10 });
  const found = async (keys) => {
    let count = 0;
    for (const key of keys) {
      const value = await client.variation(flag, { kind: 'tenant', key, plan: 'pro' }, null);
      if (value?.version > 0) count += 1;
    }
    return count;
  };
  return [{ name: 'LaunchDarkly SDK, one JSON flag', found, close: async () => client.close() }];
}
