import { ChangeBus, type Change } from './change-bus.js';

type Listener = (changes: readonly Change[]) => void;

/** The bus of a single process: nothing is ever lost. With one member, the usual case, nobody else is there to hear. */
export class InProcessBus extends ChangeBus {
  private readonly listeners = new Set<Listener>();

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
      if (member !== this) member.listeners.forEach((listener) => listener(changes));
    }
  }

  override async subscribe(listener: Listener): Promise<void> {
    this.listeners.add(listener);
  }

  override async close(): Promise<void> {
    this.members.delete(this);
  }
}
