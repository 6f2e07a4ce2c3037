import { Logger } from '@nestjs/common';

/** Those who want to know which keys of one kind have changed. */
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
        // The change is committed: a listener's fault must neither fail it nor keep others from hearing of it.
        new Logger(ChangeListeners.name).error(`A listener of ${this.kind} failed on a change`, error);
      }
    }
  }
}
