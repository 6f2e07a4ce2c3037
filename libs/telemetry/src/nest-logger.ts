import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** From the most to the least talkative; a level includes those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const maxBufferedLines = 64;
const flushIntervalMs = 100;

/**
 * Structured logs on standard output, one JSON object a line. Credentials never reach it: no headers are logged. Lines are
 * gathered for at most a tenth of a second, since a write for each would cost a request more than all else; a process that
 * ends writes what is left, one that is killed loses it.
 */
export class LogOutput {
  private readonly lines = new BufferedLines(pino.destination({ dest: 1, sync: false }));
  private readonly flushers: (() => void)[] = [() => this.lines.flush()];
  readonly logger: PinoLogger;

  constructor(level: LogLevel = 'info') {
    this.logger = pino(
      { base: null, level, timestamp: () => `,"time":"${toIsoTime(Date.now())}"` },
      this.lines,
    );
    const flush = (): void => this.flushers.forEach((each) => each());
    // Before pino's own, which writes to the end what was given to it so far.
    process.prependOnceListener('exit', flush);
    setInterval(flush, flushIntervalMs).unref();
  }

  /**
   * For what is logged all the time: made into lines in lots, each under the time when it was noted, without pino, which takes
   * a multiple of the processor's time for a line that is only an object.
   */
  createBufferedWriter<Entry>(fieldsOf: (entry: Entry) => object): (entry: Entry) => void {
    if (!this.logger.isLevelEnabled('info')) return () => undefined;
    const level = this.logger.levels.values['info'];
    let buffer: { readonly entry: Entry; readonly at: number }[] = [];
    const flush = (): void => {
      const entries = buffer;
      buffer = [];
      for (const { entry, at } of entries)
        this.lines.write(`${JSON.stringify({ level, time: toIsoTime(at), ...fieldsOf(entry) })}\n`);
    };
    this.flushers.unshift(flush);
    return (entry) => {
      if (buffer.push({ entry, at: Date.now() }) >= maxBufferedLines) flush();
    };
  }
}

/** pino's own gathering measures all that it holds at every line. */
class BufferedLines {
  private buffer: string[] = [];

  constructor(private readonly output: DestinationStream) {}

  write(line: string): void {
    if (this.buffer.push(line) >= maxBufferedLines) this.flush();
  }

  flush(): void {
    if (this.buffer.length === 0) return;
    this.output.write(this.buffer.join(''));
    this.buffer = [];
  }
}

let cachedMs = 0;
let cachedIsoTime = '';

/** ISO 8601, made once for all lines of one millisecond. */
function toIsoTime(ms: number): string {
  if (ms === cachedMs) return cachedIsoTime;
  cachedMs = ms;
  cachedIsoTime = new Date(ms).toISOString();
  return cachedIsoTime;
}

/** What Nest reports of its own start: one line for each module and route, which only a developer of Attune reads. */
const frameworkContexts = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
]);

/**
 * Nest's loggers, written by pino: `log` at level `info`, except the start of the framework itself, which is `debug`.
 * An object before the message becomes the line's fields.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly target: PinoLogger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(contextOf(rest) ?? '') ? 'debug' : 'info', message, rest);
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

  private write(level: LogLevel, message: unknown, rest: unknown[]): void {
    const context = contextOf(rest);
    const text = rest.length > 1 ? rest.find((one) => typeof one === 'string') : undefined;
    if (message instanceof Error) this.target[level]({ context, err: message }, message.message);
    else if (typeof message === 'object' && message !== null)
      this.target[level]({ context, ...message }, text as string);
    else this.target[level]({ context }, String(message));
  }
}

/** Nest passes the logger's name last. */
function contextOf(rest: unknown[]): string | undefined {
  return rest.findLast((value) => typeof value === 'string');
}
