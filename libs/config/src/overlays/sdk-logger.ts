import { Logger } from '@nestjs/common';

/**
 * The logger of OpenFeature and LaunchDarkly, one level lower than they ask: their errors do not affect requests, and they warn at each
 * evaluation of a flag that does not exist.
 */
export function createSdkLogger(): Record<
  'error' | 'warn' | 'info' | 'debug',
  (...words: unknown[]) => void
> {
  const logger = new Logger('flags');
  return {
    error: (...words) => logger.warn(formatLogLine(words)),
    warn: (...words) => logger.debug(formatLogLine(words)),
    info: (...words) => logger.verbose(formatLogLine(words)),
    debug: (...words) => logger.verbose(formatLogLine(words)),
  };
}

function formatLogLine(words: readonly unknown[]): string {
  return words.map(String).join(' ').slice(0, 1000);
}
