import type { LDOptions } from '@launchdarkly/node-server-sdk';
import type { Provider } from '@openfeature/server-sdk';
import { FlagSource } from './flag-source.js';
import { createSdkLogger } from './sdk-logger.js';

/** LaunchDarkly through its OpenFeature provider. Its SDK is loaded only where it is used. */
export class LaunchDarklyFlagSource extends FlagSource {
  /**
   * @param options Other addresses than LaunchDarkly's own, for tests.
   * @param failedAfterS From when on a provider that is not ready is said to have failed. It goes on trying.
   */
  constructor(
    private readonly sdkKey: string,
    private readonly options: LDOptions = {},
    private readonly failedAfterS = 10,
  ) {
    super();
  }

  async open(): Promise<Provider> {
    const { LaunchDarklyProvider } = await import('@launchdarkly/openfeature-node-server');
    const options = { logger: createSdkLogger(), diagnosticOptOut: true, ...this.options };
    return new LaunchDarklyProvider(this.sdkKey, options, this.failedAfterS);
  }
}

class NoFlagSource extends FlagSource {
  open(): Promise<null> {
    return Promise.resolve(null);
  }
}

/** The provider that the environment names, or none. */
export function createFlagSource({
  launchdarklySdkKey: key,
}: {
  launchdarklySdkKey: string | null;
}): FlagSource {
  return key === null ? new NoFlagSource() : new LaunchDarklyFlagSource(key);
}
