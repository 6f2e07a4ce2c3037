import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';

/** From the most to the least talkative; a level includes those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const mostGathered = 64;
const longestWaitMs = 100;

/**
 * Structured logs on standard output, one JSON object a line. Credentials never reach it: no headers are logged. Lines are
 * gathered for at most a tenth of a second, since a write for each would cost a request more than all else; a process that
 * ends writes what is left, one that is killed loses it.
 */
export class Logs {
  private readonly lines = new GatheredLines(pino.destination({ dest: 1, sync: false }));
  private readonly flushes: (() => void)[] = [() => this.lines.flush()];
  readonly log: PinoLogger;

  constructor(level: LogLevel = 'info') {
    this.log = pino({ base: null, level, timestamp: () => `,"time":"${isoTime(Date.now())}"` }, this.lines);
    const flush = (): void => this.flushes.forEach((each) => each());
    // Before pino's own, which writes to the end what was given to it so far.
    process.prependOnceListener('exit', flush);
    setInterval(flush, longestWaitMs).unref();
  }

  /**
   * For what is logged all the time: made into lines in lots, each under the time when it was noted, without pino, which takes
   * a multiple of the processor's time for a line that is only an object.
   */
  inLots<Entry>(fieldsOf: (entry: Entry) => object): (entry: Entry) => void {
    if (!this.log.isLevelEnabled('info')) return () => undefined;
    const level = this.log.levels.values['info'];
    let lot: { readonly entry: Entry; readonly at: number }[] = [];
    const flush = (): void => {
      const noted = lot;
      lot = [];
      for (const { entry, at } of noted)
        this.lines.write(`${JSON.stringify({ level, time: isoTime(at), ...fieldsOf(entry) })}\n`);
    };
    this.flushes.unshift(flush);
    return (entry) => {
      if (lot.push({ entry, at: Date.now() }) >= mostGathered) flush();
    };
  }
}

/** pino's own gathering measures all that it holds at every line. */
class GatheredLines {
  private lines: string[] = [];

  constructor(private readonly output: DestinationStream) {}

  write(line: string): void {
    if (this.lines.push(line) >= mostGathered) this.flush();
  }

  flush(): void {
    if (this.lines.length === 0) return;
    this.output.write(this.lines.join(''));
    this.lines = [];
  }
}

let lastMs = 0;
let lastTime = '';

/** ISO 8601, made once for all lines of one millisecond. */
function isoTime(ms: number): string {
  if (ms === lastMs) return lastTime;
  lastMs = ms;
  lastTime = new Date(ms).toISOString();
  return lastTime;
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
