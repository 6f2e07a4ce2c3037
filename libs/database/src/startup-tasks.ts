import { AsyncLocalStorage } from 'node:async_hooks';

export type StartupTask = () => Promise<void>;

interface TaskContext {
  isValid: boolean;
}

/** What is to be done once, in order, before others may use the database. What failed is done again at the next `run`. */
export class StartupTasks {
  private readonly pending = new Set<StartupTask>();
  /** A timer that a work starts inherits its pass, which is why that ends with the work. */
  private readonly contexts = new AsyncLocalStorage<TaskContext>();
  private lastRun: Promise<void> = Promise.resolve();

  add(task: StartupTask): void {
    this.pending.add(task);
  }

  /** Its failure is somebody else's matter now. */
  remove(task: StartupTask): void {
    this.pending.delete(task);
  }

  /** Whether the call comes from a work that is being done. */
  get isInsideTask(): boolean {
    return this.contexts.getStore()?.isValid ?? false;
  }

  /** One after another, whoever asks. @throws what a work throws; those after it wait. */
  run(): Promise<void> {
    this.lastRun = this.lastRun.catch(() => undefined).then(() => this.runAll());
    return this.lastRun;
  }

  private async runAll(): Promise<void> {
    for (const task of this.pending) {
      await this.runOne(task);
      this.remove(task);
    }
  }

  private async runOne(task: StartupTask): Promise<void> {
    const context: TaskContext = { isValid: true };
    try {
      await this.contexts.run(context, task);
    } finally {
      context.isValid = false;
    }
  }
}
