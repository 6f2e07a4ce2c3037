type Listener<Event> = (event: Event) => void;

/**
 * Calls listeners by the name of the event. A listener that throws does not disturb the client or other listeners: its error is thrown
 * as an uncaught exception, so that it is seen.
 */
export class Emitter<Events extends object> {
  private readonly listeners = new Map<keyof Events, Set<Listener<never>>>();

  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    const listeners = (this.listeners.get(name) ?? []) as Iterable<Listener<Events[Name]>>;
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
