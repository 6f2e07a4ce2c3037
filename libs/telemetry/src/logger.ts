import type { LoggerService } from '@nestjs/common';
import { type Logger as PinoLogger, pino } from 'pino';

/**
 * Structured logs on standard output, one JSON object a line. Credentials never reach it: no headers are logged. Lines are
 * gathered for at most a tenth of a second, since a write for each would cost a request more than all else; a process that
 * ends writes what is left, one that is killed loses it.
 */
export function createLogger(level = 'info'): PinoLogger {
  const output = pino.destination({ dest: 1, sync: false, minLength: 16_000, periodicFlush: 100 });
  return pino({ level, base: null, timestamp: timeField }, output);
}

let lastMs = 0;
let lastField = '';

/** ISO 8601, made once for all lines of one millisecond. */
function timeField(): string {
  const now = Date.now();
  if (now === lastMs) return lastField;
  lastMs = now;
  lastField = `,"time":"${new Date(now).toISOString()}"`;
  return lastField;
}

/** Nest's loggers, written by pino. An object before the message becomes the line's fields. */
export class NestLogger implements LoggerService {
  constructor(private readonly target: PinoLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  private write(level: 'debug' | 'warn' | 'error', message: unknown, rest: unknown[]): void {
    const context = rest.findLast((one) => typeof one === 'string');
    const text = rest.length > 1 ? rest.find((one) => typeof one === 'string') : undefined;
    if (message instanceof Error) this.target[level]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null)
      this.target[level]({ context, ...message }, text as string);
    else this.target[level]({ context }, String(message));
  }
}
