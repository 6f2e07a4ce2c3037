import { Logger } from '@nestjs/common';

/**
 * OpenFeature's and LaunchDarkly's logger. What they call errors are failures of theirs that cost nobody anything here, and they
 * warn at every evaluation of a flag that nobody made.
 */
export function sdkLogger(): Record<'error' | 'warn' | 'info' | 'debug', (...words: unknown[]) => void> {
  const logger = new Logger('flags');
  return {
    error: (...words) => logger.warn(told(words)),
    warn: (...words) => logger.debug(told(words)),
    info: (...words) => logger.verbose(told(words)),
    debug: (...words) => logger.verbose(told(words)),
  };
}

function told(words: readonly unknown[]): string {
  return words.map(String).join(' ').slice(0, 1000);
}
