import { RateLimitedError } from '#kernel';
import { Metrics } from '#telemetry';
import { ConfigurationConfig } from '../configuration.config.js';
import { StreamLimits } from './stream-limits.js';
import { TenantChannel } from './tenant-channel.js';

function limitsOf(replica: number, tenant: number): StreamLimits {
  const variables = { CONFIG_STREAMS: `${replica}`, CONFIG_STREAMS_PER_TENANT: `${tenant}` };
  return new StreamLimits(new ConfigurationConfig(variables), new Metrics());
}

function channelOf(tenantId: string): TenantChannel {
  return new TenantChannel(tenantId, () => Promise.reject(new Error('It is not read here.')));
}

describe('StreamLimits', () => {
  it.each([
    ['replica', limitsOf(2, 10), [channelOf('acme'), channelOf('globex')]],
    ['tenant', limitsOf(10, 2), [channelOf('acme')]],
  ] as const)(
    'refuses a third stream of a %s that may have two, until one ends',
    (owner, limits, channels) => {
      const [first] = channels;
      const last = channels.at(-1)!;
      limits.enter(first);
      limits.enter(last);
      const refused = `This ${owner} has 2 open streams`;
      expect(() => limits.enter(first)).toThrow(RateLimitedError);
      expect(() => limits.enter(last)).toThrow(refused);
      limits.leave(last);
      expect(() => limits.enter(first)).not.toThrow();
      expect(() => limits.enter(last)).toThrow(refused);
    },
  );
});
