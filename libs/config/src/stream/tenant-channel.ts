import type { CompiledConfiguration } from '../compile/compiled-configuration.js';
import type { OpenStream } from './open-stream.js';
import type { StreamFormat } from './stream-format.js';

/** Reads the current configuration. Its results never go back in time, except after the database was restored. */
type ReadCurrent = () => CompiledConfiguration | Promise<CompiledConfiguration>;

/**
 * The open streams of one tenant, and what their clients have. All changes pass through `refresh`, one after another: a stream that joins
 * gets the state on which the next change builds, so it misses nothing and sees nothing twice.
 */
export class TenantChannel {
  readonly streams = new Set<OpenStream>();
  /** Requests that wait to join are counted, too. The channel ends with the last one. */
  members = 0;
  private latest: CompiledConfiguration | null = null;
  private isRefreshDue = false;
  private running: Promise<void> | null = null;

  constructor(
    readonly tenantId: string,
    private readonly readCurrent: ReadCurrent,
  ) {}

  /** What the clients have, or are being sent; null before the first `refresh`. */
  get current(): CompiledConfiguration | null {
    return this.latest;
  }

  /**
   * Reads the configuration again and sends the streams what changed. A call while it runs makes it read once more.
   *
   * @throws What reading throws; then nothing has changed.
   */
  refresh(): Promise<void> {
    this.isRefreshDue = true;
    this.running ??= this.refreshWhileDue();
    return this.running;
  }

  private async refreshWhileDue(): Promise<void> {
    try {
      while (this.isRefreshDue) {
        this.isRefreshDue = false;
        this.advance(await this.readCurrent());
      }
    } finally {
      // Without an await in between, so that a later call starts a new run instead of joining this one.
      this.running = null;
    }
  }

  private advance(next: CompiledConfiguration): void {
    const previous = this.latest;
    if (previous !== null && isCopyFromOutage(next, previous)) return;
    this.latest = next;
    if (previous !== null && previous !== next) this.publish(previous, next);
  }

  /** Each format serializes the change once, however many streams it has. */
  private publish(from: CompiledConfiguration, to: CompiledConfiguration): void {
    const serialized = new Map<StreamFormat, Buffer | null>();
    for (const stream of this.streams) {
      const { format } = stream;
      if (!serialized.has(format)) serialized.set(format, serializeChange(format, from, to));
      const events = serialized.get(format);
      if (events) stream.send(events);
    }
  }
}

/** During an outage a copy may be older than what the clients have. */
function isCopyFromOutage(next: CompiledConfiguration, previous: CompiledConfiguration): boolean {
  return next.inputs.origin !== null && previous.inputs.origin === null;
}

/** Null when nothing changed that this format shows. */
function serializeChange(
  format: StreamFormat,
  from: CompiledConfiguration,
  to: CompiledConfiguration,
): Buffer | null {
  if (format.tagOf(from) === format.tagOf(to)) return null;
  return Buffer.from(to.version < from.version ? format.restart(to) : format.change(from, to));
}
