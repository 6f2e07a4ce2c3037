import { Logger } from '@nestjs/common';

/** Listeners for the changed keys of one kind. */
export class ChangeListeners {
  private readonly listeners: ((key: string) => void)[] = [];

  constructor(private readonly kind: string) {}

  add(listener: (key: string) => void): void {
    this.listeners.push(listener);
  }

  notify(key: string): void {
    for (const listener of this.listeners) {
      try {
        listener(key);
      } catch (error) {
        // The change is committed: a failing listener must not fail it, nor keep it from the other listeners.
        new Logger(ChangeListeners.name).error(`A listener failed on a change of ${this.kind}`, error);
      }
    }
  }
}
