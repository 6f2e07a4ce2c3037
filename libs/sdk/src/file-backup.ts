import type { Synchronizer } from './connection/synchronizer.js';
import type { Emitter } from './emitter.js';
import type { LastKnownGoodFile, SavedConfiguration } from './file/last-known-good-file.js';
import type { AttuneOptions } from './options.js';
import type { AttuneEvents } from './status.js';

/** While nothing changes, the file's age is written again this often. */
const refreshMs = 300_000;

/** Reads the file at the start and writes it after each change. The code for files is loaded only if there is one. */
export class FileBackup {
  /** When the service last confirmed what was read; null if nothing was. */
  readConfirmedAtMs: number | null = null;
  private readonly file: Promise<LastKnownGoodFile>;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly options: AttuneOptions,
    private readonly synchronizer: Synchronizer,
    private readonly emitter: Emitter<AttuneEvents>,
  ) {
    this.file = this.open();
    this.timer = setInterval(() => this.save(), refreshMs);
    void this.read();
  }

  /** Writes what the service confirmed last. What came from the file or from the application, or is a safe default, is not written. */
  save(): void {
    void this.file.then((file) => {
      const confirmed = this.confirmed();
      if (confirmed !== null) file.save(confirmed);
    });
  }

  /** Resolves when everything is written; nothing is written after it. */
  async flush(): Promise<void> {
    clearInterval(this.timer);
    await this.file.then((file) => file.flush());
  }

  private confirmed(): SavedConfiguration | null {
    const { held, confirmedAtMs } = this.synchronizer;
    if (held?.origin !== 'network' || confirmedAtMs === null) return null;
    return { configuration: held.configuration, etag: held.etag, confirmedAtMs };
  }

  private async open(): Promise<LastKnownGoodFile> {
    const { LastKnownGoodFile: File } = await import('./file/last-known-good-file.js');
    return new File(this.options.file!, (error) => this.emitter.emit('file-error', error));
  }

  private async read(): Promise<void> {
    const content = await (await this.file).read();
    if ('problem' in content) return;
    const { configuration, etag, confirmedAtMs } = content.saved;
    const { maxFileAgeMs = Infinity } = this.options;
    if (Date.now() - confirmedAtMs > maxFileAgeMs) return;
    this.readConfirmedAtMs = confirmedAtMs;
    this.synchronizer.localFound(configuration, 'file', etag);
  }
}
