import type { LDOptions } from '@launchdarkly/node-server-sdk';
import type { Provider } from '@openfeature/server-sdk';
import { FlagSource } from './flag-source.js';
import { createSdkLogger } from './sdk-logger.js';

/** LaunchDarkly through its OpenFeature provider. The SDK is loaded only when it is used. */
export class LaunchDarklyFlagSource extends FlagSource {
  /**
   * @param options Options of the SDK; tests set other addresses.
   * @param failedAfterS Seconds until a provider that is not ready counts as failed. It keeps trying.
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

/** LaunchDarkly when the environment has its key, else a source without flags. */
export function createFlagSource({
  launchdarklySdkKey: key,
}: {
  launchdarklySdkKey: string | null;
}): FlagSource {
  return key === null ? new NoFlagSource() : new LaunchDarklyFlagSource(key);
}
