import { type BusListener, ChangeBus, type Change } from './change-bus.js';

/** The bus of a single process: nothing is ever lost. With one member, the usual case, nobody else is there to hear. */
export class InProcessBus extends ChangeBus {
  readonly counters = {};
  private readonly listeners = new Set<BusListener>();

  constructor(private readonly members: Set<InProcessBus> = new Set()) {
    super();
    members.add(this);
  }

  /** Another member of the same bus: a second cache in this process, told at once of what the first publishes. */
  join(): InProcessBus {
    return new InProcessBus(this.members);
  }

  override async publish(changes: readonly Change[]): Promise<void> {
    if (!this.members.has(this)) return;
    for (const member of this.members) {
      if (member !== this) member.listeners.forEach((listener) => listener.heard(changes));
    }
  }

  override async subscribe(listener: BusListener): Promise<void> {
    this.listeners.add(listener);
    listener.proven();
  }

  override async close(): Promise<void> {
    this.members.delete(this);
  }
}
