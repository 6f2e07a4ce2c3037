import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { FairQueue } from '#kernel';
import {
  type PreparedText,
  type TextError,
  type UnpreparedText,
  prepareText,
} from '../chunking/prepare-text.js';
import type { SentFile } from '../extraction/file-kind.js';
import type { FileReading } from '../extraction/read-file.js';
import { maxTextCharacters } from '../text-rules.js';
import type { ThreadTask } from './document.worker.js';

/** Parsers are third-party code fed with untrusted bytes, and long texts take seconds, so they run in threads with these limits. */
export interface ThreadLimits {
  readonly timeoutMs: number;
  readonly maxMemoryMb: number;
  readonly maxPages: number;
  readonly maxCharacters: number;
}

/** The limits of the product; tests use smaller ones. */
export const threadLimits: ThreadLimits = {
  timeoutMs: 30_000,
  maxMemoryMb: 256,
  maxPages: 5_000,
  maxCharacters: maxTextCharacters,
};

/** Whose work it is, and a signal that aborts when the client no longer waits for it. */
export interface WorkOwner {
  readonly tenantId: string;
  readonly signal?: AbortSignal;
}

interface Refusal {
  readonly refusal: string;
}

/** A text of this length is split within a few milliseconds, which is less than a thread needs to start. */
const maxInlineCharacters = 10_000;
const memoryCheckIntervalMs = 25;
const mebibyte = 1024 * 1024;

/** Reads files and splits texts in worker threads: one at a time for a tenant, two in all, the tenants in turn. */
@Injectable()
export class DocumentThreads implements OnApplicationShutdown {
  private readonly logger = new Logger(DocumentThreads.name);
  private readonly threads = new Set<Worker>();
  readonly queue = new FairQueue({ maxRunning: 2, maxRunningPerTenant: 1 });
  protected readonly limits: ThreadLimits = threadLimits;

  /** Reads a text, Markdown, HTML or PDF file. @throws the reason of the signal when it aborts */
  readFile(file: SentFile, owner: WorkOwner): Promise<FileReading> {
    const { maxPages, maxCharacters } = this.limits;
    const { name, type, bytes } = file;
    const task: ThreadTask = {
      kind: 'file',
      file: { name, type, bytes },
      limits: { maxPages, maxCharacters },
    };
    return this.run<FileReading>(task, owner);
  }

  /** Checks a text, splits it into chunks and analyses their words. @throws the reason of the signal when it aborts */
  async prepareText(document: UnpreparedText, owner: WorkOwner): Promise<PreparedText | TextError> {
    if (document.text.length <= maxInlineCharacters) return prepareText(document);
    const prepared = await this.run<PreparedText | TextError>({ kind: 'text', document }, owner);
    if (!('refusal' in prepared)) return prepared;
    return { rule: 'pattern', message: `text ${prepared.refusal}; split it into several documents.` };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.threads].map((thread) => thread.terminate()));
  }

  private run<T extends object>(task: ThreadTask, { tenantId, signal }: WorkOwner): Promise<T | Refusal> {
    return this.queue.run(tenantId, () => this.runInThread<T>(task, signal), { signal });
  }

  /** Starts a new thread for each task, so that no file can affect the next one and a thread can be terminated at any time. */
  private async runInThread<T extends object>(task: ThreadTask, signal?: AbortSignal): Promise<T | Refusal> {
    signal?.throwIfAborted();
    const thread = this.startThread();
    const watch = this.watch<T>(thread, signal);
    try {
      thread.postMessage(task, []);
      return await watch.result;
    } finally {
      watch.stop();
      await thread.terminate();
      this.threads.delete(thread);
    }
  }

  private startThread(): Worker {
    const extension = extname(import.meta.filename);
    const thread = new Worker(new URL(`./document.worker${extension}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: this.limits.maxMemoryMb, stackSizeMb: 4 },
      env: {},
      execArgv:
        extension === '.ts' ? ['--import', new URL('typescript-imports.js', import.meta.url).href] : [],
    });
    this.threads.add(thread);
    return thread;
  }

  private watch<T extends object>(
    thread: Worker,
    signal?: AbortSignal,
  ): { readonly result: Promise<T | Refusal>; readonly stop: () => void } {
    const { promise: result, resolve, reject } = Promise.withResolvers<T | Refusal>();
    const refuse = (refusal: string): void => resolve({ refusal });
    const { maxMemoryMb, timeoutMs } = this.limits;
    const refuseTooLarge = (): void => refuse(`needs more than ${maxMemoryMb} MiB of memory to read`);
    const abort = (): void => reject(signal!.reason as Error);
    signal?.addEventListener('abort', abort, { once: true });
    thread.on('message', resolve);
    thread.on('error', (error: Error & { code?: string }) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') return refuseTooLarge();
      this.logger.warn({ err: error }, 'a thread that reads documents failed');
      refuse('cannot be read');
    });
    thread.on('exit', () => refuse('cannot be read'));
    const timeout = setTimeout(() => refuse(`needs more than ${timeoutMs / 1000} s to read`), timeoutMs);
    const memoryCheck = setInterval(
      () => void this.exceedsMemoryLimit(thread).then((isTooLarge) => isTooLarge && refuseTooLarge()),
      memoryCheckIntervalMs,
    );
    const stop = (): void => {
      clearTimeout(timeout);
      clearInterval(memoryCheck);
      signal?.removeEventListener('abort', abort);
    };
    return { result, stop };
  }

  /** A thread's resource limits cover only its JavaScript objects, not the buffers into which a file is decompressed. */
  private async exceedsMemoryLimit(thread: Worker): Promise<boolean> {
    const statistics = await thread.getHeapStatistics().catch(() => null);
    return (statistics?.external_memory ?? 0) > this.limits.maxMemoryMb * mebibyte;
  }
}
