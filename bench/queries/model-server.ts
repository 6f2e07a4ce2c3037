import { Worker } from '../worker.js';

export interface ModelServerOptions {
  /** Dimensions of its embeddings. */
  readonly dimensions: number;
}

/** A stub of OpenAI in its own process, with a configurable delay and hardly any CPU cost. */
export class ModelServer {
  private constructor(
    private readonly worker: Worker,
    /** With the version, such as `http://127.0.0.1:15123/v1`. */
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

  /** Environment variables that make the product use this server for completions and embeddings. */
  get environment(): Readonly<Record<string, string>> {
    return {
      OPENAI_API_KEY: 'sk-bench',
      OPENAI_BASE_URL: this.url,
      EMBEDDINGS: 'openai-compatible',
      EMBEDDINGS_BASE_URL: this.url,
      EMBEDDINGS_MODEL: 'bench',
    };
  }

  /** Sets the delay of completions; embeddings have none. */
  async setDelayMs(ms: number): Promise<void> {
    await this.worker.ask('setDelayMs', ms);
  }

  /** The body of the last completion request. */
  lastRequest(): Promise<string> {
    return this.worker.ask('lastRequest');
  }

  stop(): Promise<void> {
    return this.worker.stop();
  }
}
