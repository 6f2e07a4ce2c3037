import type { Tracing } from './sdk.js';
import type { TracingConfig } from './tracing.config.js';

/** Starts to record and send traces; null if they are off. Only then OpenTelemetry's SDK is loaded. */
export async function startTracing(config: TracingConfig): Promise<Tracing | null> {
  const { endpoint } = config;
  if (endpoint === null) return null;
  const { startSdk } = await import('./sdk.js');
  return startSdk(config, endpoint);
}
