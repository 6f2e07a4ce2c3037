import { Worker } from '../worker.js';

export interface ModelServerOptions {
  /** Of its embeddings. */
  readonly dimensions: number;
}

/** A stand-in for OpenAI, in a process of its own: it takes as long for a completion as it is told to, and costs hardly anything. */
export class ModelServer {
  private constructor(
    private readonly worker: Worker,
    /** With the version, as clients want it: `http://127.0.0.1:15123/v1`. */
    readonly url: string,
  ) {}

  static async start({ dimensions }: ModelServerOptions): Promise<ModelServer> {
    const worker = Worker.start('model');
    try {
      return new ModelServer(worker, await worker.ask<string>('listen', dimensions));
    } catch (error) {
      await worker.stop();
      throw error;
    }
  }

  /** What makes the product ask this one for completions and embeddings. */
  get environment(): Readonly<Record<string, string>> {
    return {
      OPENAI_API_KEY: 'sk-bench',
      OPENAI_BASE_URL: this.url,
      EMBEDDINGS: 'openai-compatible',
      EMBEDDINGS_BASE_URL: this.url,
      EMBEDDINGS_MODEL: 'bench',
    };
  }

  /** How long each completion takes from now on; embeddings take no time. */
  async setDelayMs(ms: number): Promise<void> {
    await this.worker.ask('take', ms);
  }

  /** The body of the last completion's request. */
  lastRequest(): Promise<string> {
    return this.worker.ask('lastRequest');
  }

  stop(): Promise<void> {
    return this.worker.stop();
  }
}
