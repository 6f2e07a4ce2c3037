import { ChangeBus, createBusCounters, type BusListener, type Change } from './change-bus.js';

/**
 * The bus of a single process; it loses nothing. With one member, the usual case, there is no receiver.
 *
 * ```ts
 * const bus = new InProcessBus();
 * const caches = [new CoherentCache(bus), new CoherentCache(bus.join())];
 * ```
 */
export class InProcessBus extends ChangeBus {
  override readonly counters = createBusCounters();
  override readonly state = 'connected';
  private readonly listeners = new Set<BusListener>();

  constructor(private readonly members: Set<InProcessBus> = new Set()) {
    super();
    members.add(this);
  }

  /** Another member of the same bus, for a second cache in this process. It receives changes synchronously. */
  join(): InProcessBus {
    return new InProcessBus(this.members);
  }

  override async publish(changes: readonly Change[]): Promise<void> {
    if (!this.members.has(this)) return;
    this.counters.published += changes.length;
    for (const member of this.members) if (member !== this) member.receive(changes);
  }

  override async subscribe(listener: BusListener): Promise<void> {
    this.listeners.add(listener);
    if (this.members.has(this)) listener.onConnected();
  }

  override async close(): Promise<void> {
    this.members.delete(this);
  }

  private receive(changes: readonly Change[]): void {
    this.counters.received += changes.length;
    this.listeners.forEach((listener) => listener.onChanges(changes));
  }
}
