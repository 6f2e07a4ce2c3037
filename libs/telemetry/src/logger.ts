import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/**
 * Structured logs on standard output, one JSON object a line. Credentials never reach it: no headers are logged. Lines are
 * gathered for at most a tenth of a second, since a write for each would cost a request more than all else; a process that
 * ends writes what is left, one that is killed loses it.
 */
export function createLogger(level = 'info'): PinoLogger {
  const lines = new GatheredLines(pino.destination({ dest: 1, sync: false }));
  // Before pino's own, which writes to the end what was given to it so far.
  process.prependOnceListener('exit', () => lines.flush());
  setInterval(() => lines.flush(), longestWaitMs).unref();
  return pino({ level, base: null, timestamp: timeField }, lines);
}

const mostLines = 64;
const longestWaitMs = 100;

/** pino's own gathering measures all that it holds at every line. */
class GatheredLines {
  private lines: string[] = [];

  constructor(private readonly output: DestinationStream) {}

  write(line: string): void {
    if (this.lines.push(line) >= mostLines) this.flush();
  }

  flush(): void {
    if (this.lines.length === 0) return;
    this.output.write(this.lines.join(''));
    this.lines = [];
  }
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
