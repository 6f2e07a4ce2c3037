import { Logger } from '@nestjs/common';

/**
 * OpenFeature's and LaunchDarkly's logger. What they call errors are failures of theirs that cost nobody anything here, and they
 * warn at every evaluation of a flag that nobody made.
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
