import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

interface PendingBatch {
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (error: Error) => void;
}

/** Runs the local model in its own thread, because it computes tens of milliseconds per text. Answers batches in order. */
export class EmbeddingThread {
  private readonly worker = new Worker(
    new URL(`./local-embedding.worker${extname(import.meta.filename)}`, import.meta.url),
  );
  private readonly pending: PendingBatch[] = [];
  private endedBy: Error | null = null;

  constructor() {
    this.worker.on('message', (vectors: Float32Array[]) => this.settleNext((one) => one.resolve(vectors)));
    this.worker.on('error', (error) => this.fail(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', () => this.fail(new Error('The thread of the local embedding model has ended.')));
    this.worker.unref();
  }

  /** Number of batches without an answer. */
  get pendingBatches(): number {
    return this.pending.length;
  }

  get hasEnded(): boolean {
    return this.endedBy !== null;
  }

  /** @throws Error when the thread ends before it answers */
  embed(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.endedBy) return Promise.reject(this.endedBy);
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve, reject });
      this.worker.ref();
      this.worker.postMessage(texts, []);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  /** An idle thread does not keep the process alive. */
  private settleNext(complete: (batch: PendingBatch) => void): void {
    const one = this.pending.shift();
    if (this.pending.length === 0) this.worker.unref();
    if (one) complete(one);
  }

  private fail(error: Error): void {
    this.endedBy ??= error;
    while (this.pending.length > 0) this.settleNext((one) => one.reject(error));
  }
}
