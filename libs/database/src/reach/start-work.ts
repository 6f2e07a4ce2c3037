import { AsyncLocalStorage } from 'node:async_hooks';

export type Work = () => Promise<void>;

interface Pass {
  isValid: boolean;
}

/** What is to be done once, in order, before others may use the database. What failed is done again at the next `run`. */
export class StartWork {
  private readonly waiting = new Set<Work>();
  /** A timer that a work starts inherits its pass, which is why that ends with the work. */
  private readonly passes = new AsyncLocalStorage<Pass>();
  private last: Promise<void> = Promise.resolve();

  add(work: Work): void {
    this.waiting.add(work);
  }

  /** Its failure is somebody else's matter now. */
  remove(work: Work): void {
    this.waiting.delete(work);
  }

  /** Whether the call comes from a work that is being done. */
  get isAsking(): boolean {
    return this.passes.getStore()?.isValid ?? false;
  }

  /** One after another, whoever asks. @throws what a work throws; those after it wait. */
  run(): Promise<void> {
    this.last = this.last.catch(() => undefined).then(() => this.runAll());
    return this.last;
  }

  private async runAll(): Promise<void> {
    for (const work of this.waiting) {
      await this.runOne(work);
      this.remove(work);
    }
  }

  private async runOne(work: Work): Promise<void> {
    const pass: Pass = { isValid: true };
    try {
      await this.passes.run(pass, work);
    } finally {
      pass.isValid = false;
    }
  }
}
