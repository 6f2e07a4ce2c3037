import type { LoggerService } from '@nestjs/common';
import type { Logger as PinoLogger } from 'pino';
import type { LogLevel } from './log-output.js';

/**
 * The contexts of Nest's start-up lines: one for each module and route, which only a developer of Attune reads, and an error that ends
 * the start, which the application prints itself.
 */
const frameworkContexts = new Set([
  'ExceptionHandler',
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * Nest's loggers, written by pino: `log` at level `info`, except what the framework itself writes at start, which is `debug`.
 * The members of an object before the message become members of the line.
 *
 * ```ts
 * nestLogger.warn({ tenant_id: 'acme-law' }, 'The budget is spent.', 'metering');
 * ```
 */
export class NestLogger implements LoggerService {
  constructor(private readonly target: PinoLogger) {}

  /** Level `info`, or `debug` for start-up lines of Nest. The last string is the name of the logger. */
  log(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(contextOf(rest) ?? '') ? 'debug' : 'info', message, rest);
  }

  /** Level `warn`: something is wrong, but no operator has to act. */
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  /** Level `error`: an operator must act. An `Error` is logged with its stack. */
  error(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(contextOf(rest) ?? '') ? 'debug' : 'error', message, rest);
  }

  /** Level `debug`: for developers of Attune. */
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    const context = contextOf(rest);
    const text = rest.length > 1 ? rest.find((one) => typeof one === 'string') : undefined;
    if (message instanceof Error) this.target[level]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null)
      this.target[level]({ context, ...message }, text as string);
    else this.target[level]({ context }, String(message));
  }
}

/** Nest passes the name of the logger as the last argument. */
function contextOf(rest: unknown[]): string | undefined {
  return rest.findLast((value) => typeof value === 'string');
}
