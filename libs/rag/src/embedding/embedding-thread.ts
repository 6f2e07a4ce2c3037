import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

interface Waiting {
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (error: Error) => void;
}

/** The local model in a thread of its own, since it computes for tens of milliseconds a text. It answers in order. */
export class EmbeddingThread {
  private readonly worker = new Worker(
    new URL(`./local-embedding.worker${extname(import.meta.filename)}`, import.meta.url),
  );
  private readonly waiting: Waiting[] = [];
  private ending: Error | null = null;

  constructor() {
    this.worker.on('message', (vectors: Float32Array[]) => this.settle((one) => one.resolve(vectors)));
    this.worker.on('error', (error) => this.end(error instanceof Error ? error : new Error(String(error))));
    this.worker.on('exit', () => this.end(new Error('The thread of the local embedding model has ended.')));
    this.worker.unref();
  }

  /** Batches that are not answered yet. */
  get load(): number {
    return this.waiting.length;
  }

  get hasEnded(): boolean {
    return this.ending !== null;
  }

  /** @throws Error when the thread ends before it answers. */
  embed(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.ending) return Promise.reject(this.ending);
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.worker.ref();
      this.worker.postMessage(texts, []);
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  /** A thread with nothing to do keeps no process alive. */
  private settle(tell: (one: Waiting) => void): void {
    const one = this.waiting.shift();
    if (this.waiting.length === 0) this.worker.unref();
    if (one) tell(one);
  }

  private end(error: Error): void {
    this.ending ??= error;
    while (this.waiting.length > 0) this.settle((one) => one.reject(error));
  }
}
