import { getConfiguration, createTenant, useTestApp } from '../../app/test-app.js';

const sdkKey = 'sdk-00000000-none-0000-0000-000000000000';

describe('a replica whose LaunchDarkly cannot be reached', () => {
  const app = useTestApp('tenant', { LAUNCHDARKLY_SDK_KEY: sdkKey });

  it('starts, answers as if there were no flags, and stops', async () => {
    const { admin } = await createTenant(app.platform, 'acme');
    await admin.patch('/v1/config', { temperature: 0.3 });
    const { sources } = await getConfiguration(admin);
    expect(new Set(Object.values(sources!))).toEqual(new Set(['platform', 'plan', 'tenant']));
    expect(await app.replica.stop()).toBe(0);
    expect(app.replica.output()).not.toContain(sdkKey);
  });
});
