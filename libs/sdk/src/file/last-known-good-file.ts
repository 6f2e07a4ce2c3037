import { createHash, randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { type Configuration, asConfiguration } from '../api/settings.js';

/** What a file holds. */
export interface SavedConfiguration {
  readonly configuration: Configuration;
  readonly etag: string | null;
  /** When the service last confirmed it. */
  readonly confirmedAtMs: number;
}

/** Why a file was not used, as one sentence; or what it holds. */
export type FileContent = { readonly saved: SavedConfiguration } | { readonly problem: string };

const marker = 'attune-configuration 1';

/**
 * The last configuration that the service had, for a start without the service. The first line is
 * `attune-configuration 1 <SHA-256 of the second line, in hex>`, the second one is JSON: `{confirmed_at, etag, configuration}`.
 */
export class LastKnownGoodFile {
  private next: SavedConfiguration | null = null;
  private writing: Promise<void> | null = null;

  constructor(
    private readonly path: string,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Never rejects. For a file that was cut, changed or never written it returns the problem. */
  async read(): Promise<FileContent> {
    try {
      return parse(await readFile(this.path, 'utf8'), this.path);
    } catch (error) {
      return { problem: `The file ${this.path} cannot be read: ${(error as Error).message}` };
    }
  }

  /** Writes soon; only the latest of several is written. A reader sees the old file or the new one, never a part. */
  save(saved: SavedConfiguration): void {
    this.next = saved;
    this.writing ??= this.writeAll().finally(() => (this.writing = null));
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    for (let saved = this.next; saved !== null; saved = this.next) {
      this.next = null;
      await this.write(saved).catch(this.onError);
    }
  }

  private async write(saved: SavedConfiguration): Promise<void> {
    const temporary = `${this.path}.${randomUUID()}.tmp`;
    try {
      // Prompts are private: only this user may read them.
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(format(saved));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }
}

function format({ configuration, etag, confirmedAtMs }: SavedConfiguration): string {
  const confirmedAt = new Date(confirmedAtMs).toISOString();
  const json = JSON.stringify({ confirmed_at: confirmedAt, etag, configuration });
  return `${marker} ${checksum(json)}\n${json}\n`;
}

function parse(text: string, path: string): FileContent {
  const [head, json] = text.split('\n');
  if (json === undefined || head !== `${marker} ${checksum(json)}`)
    return { problem: `The file ${path} is damaged or incomplete; it is ignored.` };
  const content = JSON.parse(json) as { confirmed_at: string; etag: string | null; configuration: unknown };
  const configuration = asConfiguration(content.configuration);
  if (configuration === null) return { problem: `The file ${path} holds no configuration; it is ignored.` };
  const confirmedAtMs = Date.parse(content.confirmed_at);
  return { saved: { configuration, etag: content.etag, confirmedAtMs } };
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex');
}
