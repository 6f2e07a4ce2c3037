import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { replicaIdentity } from './replica-identity.js';
import { activeTraceId } from './tracing/active-span.js';

/** Each level includes those after it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

const maxBufferedLines = 64;
const flushIntervalMs = 100;

/**
 * Structured logs on standard output, one JSON object a line, each with the replica and its version. No headers are logged, so no
 * credentials are. Lines are buffered
 * for at most 100 ms, because a write for each line would cost a request more than everything else. A process that ends
 * writes the buffer; a process that is killed loses it.
 */
export class LogOutput {
  private readonly lines = new BufferedLines(pino.destination({ dest: 1, sync: false }));
  private readonly flushers: (() => void)[] = [() => this.lines.flush()];
  readonly logger: PinoLogger;
  /** Which replica writes: in every line. */
  private readonly origin = { replica: replicaIdentity().id, version: replicaIdentity().version };

  constructor(level: LogLevel = 'info') {
    this.logger = pino({ base: this.origin, level, timestamp: timeField, mixin: traceFields }, this.lines);
    const flush = (): void => this.flushers.forEach((each) => each());
    // Runs before pino's own listener, which writes what pino has received so far.
    process.prependOnceListener('exit', flush);
    setInterval(flush, flushIntervalMs).unref();
  }

  /**
   * Returns a writer for lines that are logged at every request. It formats them in batches and without pino, which takes
   * several times as long. Each line keeps the time at which it was recorded. At levels above `info` the writer does nothing.
   *
   * @param fieldsOf returns the members of the line's JSON object, next to `level` and `time`.
   */
  createBufferedWriter<Entry>(fieldsOf: (entry: Entry) => object): (entry: Entry) => void {
    if (!this.logger.isLevelEnabled('info')) return () => undefined;
    const level = this.logger.levels.values['info'];
    let buffer: { readonly entry: Entry; readonly at: number }[] = [];
    const flush = (): void => {
      const entries = buffer;
      buffer = [];
      for (const { entry, at } of entries)
        this.lines.write(
          `${JSON.stringify({ level, time: toIsoTime(at), ...this.origin, ...fieldsOf(entry) })}\n`,
        );
    };
    this.flushers.unshift(flush);
    return (entry) => {
      if (buffer.push({ entry, at: Date.now() }) >= maxBufferedLines) flush();
    };
  }
}

/** pino's own buffer measures its whole content at every line. */
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

function timeField(): string {
  return `,"time":"${toIsoTime(Date.now())}"`;
}

/** A line that is written inside of a trace leads to it. */
function traceFields(): object {
  const traceId = activeTraceId();
  return traceId === undefined ? {} : { trace_id: traceId };
}

let cachedMs = 0;
let cachedIsoTime = '';

/** ISO 8601, formatted once for all lines of one millisecond. */
function toIsoTime(ms: number): string {
  if (ms === cachedMs) return cachedIsoTime;
  cachedMs = ms;
  cachedIsoTime = new Date(ms).toISOString();
  return cachedIsoTime;
}
