import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { UnavailableError } from '#kernel';
import { maxTextCharacters } from '../document.request.js';

/** Parsers are third-party code fed with untrusted bytes, so they run in a worker thread with these limits. */
export interface ExtractionLimits {
  readonly timeoutMs: number;
  readonly maxMemoryMb: number;
  readonly maxPages: number;
  readonly maxCharacters: number;
  /** Maximum number of files that wait or are being read. One file is read at a time. */
  readonly maxQueued: number;
}

/** The limits of the product; tests use smaller ones. */
export const extractionLimits: ExtractionLimits = {
  timeoutMs: 30_000,
  maxMemoryMb: 256,
  maxPages: 5_000,
  maxCharacters: maxTextCharacters,
  maxQueued: 40,
};

/** The text, or a reason as the end of a sentence that begins with the file's name: `is encrypted with a password`. */
export type Extraction = { readonly text: string } | { readonly refusal: string };

const memoryCheckIntervalMs = 25;
const mebibyte = 1024 * 1024;

/** Extracts the text of a PDF (given as bytes) or of HTML (given as text). Reads one file at a time. */
@Injectable()
export class TextExtractor implements OnApplicationShutdown {
  private readonly threads = new Set<Worker>();
  private queueTail: Promise<unknown> = Promise.resolve();
  private queued = 0;
  protected readonly limits: ExtractionLimits = extractionLimits;

  /** @throws UnavailableError when too many files wait already */
  async extract(content: Uint8Array | string): Promise<Extraction> {
    if (this.queued >= this.limits.maxQueued) {
      throw new UnavailableError('Too many uploaded files are waiting to be read; try again later.', 10);
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

  /** Starts a new thread for each file, so that no file can affect the next one and a thread can be terminated at any time. */
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
      const { maxCharacters, maxPages } = this.limits;
      thread.postMessage({ content, maxCharacters, maxPages }, []);
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
    const refuseTooLarge = () => refuse(`needs more than ${this.limits.maxMemoryMb} MiB of memory to read`);
    const { timeoutMs } = this.limits;
    thread.on('message', resolve);
    thread.on('error', (error: Error & { code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? refuseTooLarge() : refuse('cannot be read'),
    );
    thread.on('exit', () => refuse('cannot be read'));
    const timeout = setTimeout(() => refuse(`needs more than ${timeoutMs / 1000} s to read`), timeoutMs);
    const memoryCheck = setInterval(
      () => void this.exceedsMemoryLimit(thread).then((isTooLarge) => isTooLarge && refuseTooLarge()),
      memoryCheckIntervalMs,
    );
    const stopWatching = () => {
      clearTimeout(timeout);
      clearInterval(memoryCheck);
    };
    return { extraction: promise, stopWatching };
  }

  /** A thread's resource limits cover only its JavaScript objects, not the buffers into which a file is decompressed. */
  private async exceedsMemoryLimit(thread: Worker): Promise<boolean> {
    const statistics = await thread.getHeapStatistics().catch(() => null);
    return (statistics?.external_memory ?? 0) > this.limits.maxMemoryMb * mebibyte;
  }
}
