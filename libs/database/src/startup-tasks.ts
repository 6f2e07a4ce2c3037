import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { outageReasonOf } from './availability/connection-errors.js';
import type { DatabaseAvailability } from './availability/database-availability.js';

/** A task may run again after an outage in the middle of it, so it must be repeatable. */
export type StartupTask = () => Promise<void>;

/** Whether other callers wait until the task is done (`blocking`) or not (`background`). */
export type StartupMode = 'blocking' | 'background';

/** The tasks that have to be done once when the database is first available, in two queues. */
export class StartupTasks {
  private readonly queues = { blocking: new TaskQueue(), background: new TaskQueue() };

  constructor(private readonly availability: DatabaseAvailability) {
    availability.onChange((isAvailable) => {
      if (isAvailable) void this.queues.background.run().catch(logFailure);
    });
  }

  /** True if the caller runs inside a blocking task: it may use a database that does not yet count as available. */
  get isInsideBlockingTask(): boolean {
    return this.queues.blocking.isInsideTask;
  }

  /** Runs the task now if the database is available, else later. @throws what the task throws now, unless it is an outage. */
  async add(task: StartupTask, mode: StartupMode): Promise<void> {
    const queue = this.queues[mode];
    queue.add(task);
    if (!this.availability.isAvailable) return;
    try {
      await queue.run();
    } catch (error) {
      if (this.availability.reportFailure(error)) return;
      queue.remove(task);
      throw error;
    }
  }

  /** Runs the blocking tasks that are not yet done. @throws what a task throws; it and the tasks after it stay in the queue. */
  runBlocking(): Promise<void> {
    return this.queues.blocking.run();
  }
}

/** An outage needs no line of its own: the task runs again when the database is back. */
function logFailure(error: unknown): void {
  if (outageReasonOf(error) === null)
    new Logger('database').error(
      { err: error },
      'A start-up task failed. It runs again after the next outage.',
    );
}

interface TaskContext {
  isValid: boolean;
}

/** Runs tasks one after another. A failed task and those after it wait for the next `run`. */
class TaskQueue {
  private readonly pending = new Set<StartupTask>();
  /** A timer that a task starts inherits this context, so the context becomes invalid when the task ends. */
  private readonly contexts = new AsyncLocalStorage<TaskContext>();
  private lastRun: Promise<void> = Promise.resolve();

  add(task: StartupTask): void {
    this.pending.add(task);
  }

  remove(task: StartupTask): void {
    this.pending.delete(task);
  }

  get isInsideTask(): boolean {
    return this.contexts.getStore()?.isValid ?? false;
  }

  /** Calls do not overlap: each waits for the one before. */
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
