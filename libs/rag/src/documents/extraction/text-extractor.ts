import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { UnavailableError } from '#kernel';

/** What makes sense of a file is somebody else's code fed with somebody else's bytes: it runs in a thread of its own, within these. */
export interface ExtractionLimits {
  readonly timeoutMs: number;
  readonly maxMemoryMb: number;
  readonly maxPages: number;
  readonly maxCharacters: number;
  /** Files that may wait for their turn; there is one thread at a time. */
  readonly maxQueued: number;
}

export const extractionLimits: ExtractionLimits = {
  timeoutMs: 30_000,
  maxMemoryMb: 256,
  maxPages: 5_000,
  maxCharacters: 10_000_000,
  maxQueued: 40,
};

/** The text, or why there is none, as the end of a sentence that began with the file's name: `is encrypted with a password`. */
export type Extraction = { readonly text: string } | { readonly refusal: string };

const memoryCheckIntervalMs = 25;
const mebibyte = 1024 * 1024;

/** Takes the text out of a PDF, given as bytes, or out of HTML, given as text. */
@Injectable()
export class TextExtractor implements OnApplicationShutdown {
  private readonly threads = new Set<Worker>();
  private queueTail: Promise<unknown> = Promise.resolve();
  private queued = 0;
  protected readonly limits: ExtractionLimits = extractionLimits;

  /** @throws DomainError `unavailable` when too many files wait already */
  async extract(content: Uint8Array | string): Promise<Extraction> {
    if (this.queued >= this.limits.maxQueued) {
      throw new UnavailableError('Too many files are being read; try again later.', 10);
    }
    this.queued += 1;
    const result = this.queueTail.then(() => this.extractInWorker(content));
    this.queueTail = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      this.queued -= 1;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => thread.terminate()));
  }

  /** A new thread for each file: nothing of one is left for the next, and a thread that was ended is no loss. */
  private async extractInWorker(content: Uint8Array | string): Promise<Extraction> {
    const thread = new Worker(
      new URL(`./extraction.worker${extname(import.meta.filename)}`, import.meta.url),
      {
        resourceLimits: { maxOldGenerationSizeMb: this.limits.maxMemoryMb, stackSizeMb: 4 },
        env: {},
      },
    );
    this.threads.add(thread);
    const watch = this.watchWorker(thread);
    try {
      const { maxCharacters: mostCharacters, maxPages: mostPages } = this.limits;
      thread.postMessage({ content, mostCharacters, mostPages }, []);
      return await watch.extraction;
    } finally {
      watch.stopWatching();
      await thread.terminate();
      this.threads.delete(thread);
    }
  }

  private watchWorker(thread: Worker): { extraction: Promise<Extraction>; stopWatching: () => void } {
    const { promise, resolve } = Promise.withResolvers<Extraction>();
    const refuse = (refusal: string) => resolve({ refusal });
    const refuseTooLarge = () => refuse(`takes more than ${this.limits.maxMemoryMb} MiB of memory to read`);
    const { timeoutMs } = this.limits;
    thread.on('message', resolve);
    thread.on('error', (error: Error & { code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? refuseTooLarge() : refuse('cannot be read'),
    );
    thread.on('exit', () => refuse('cannot be read'));
    const timeout = setTimeout(() => refuse(`takes more than ${timeoutMs / 1000} s to read`), timeoutMs);
    const memoryCheck = setInterval(
      () => void this.exceedsMemoryLimit(thread).then((is) => is && refuseTooLarge()),
      memoryCheckIntervalMs,
    );
    const stopWatching = () => {
      clearTimeout(timeout);
      clearInterval(memoryCheck);
    };
    return { extraction: promise, stopWatching };
  }

  /** The limits of a thread bound its objects only, not the buffers that a file is decompressed into. */
  private async exceedsMemoryLimit(thread: Worker): Promise<boolean> {
    const statistics = await thread.getHeapStatistics().catch(() => null);
    return (statistics?.external_memory ?? 0) > this.limits.maxMemoryMb * mebibyte;
  }
}
