import { type BusListener, ChangeBus, createBusCounters } from '../src/bus/change-bus.js';

/** Delivers nothing by itself; the test calls the methods of `listener`. */
export class ManualBus extends ChangeBus {
  override readonly counters = createBusCounters();
  override readonly state = 'connected';
  listener: BusListener | null = null;
  /** While false, a new subscriber gets no `onConnected`. */
  connectsOnSubscribe = true;

  override async publish(): Promise<void> {}

  override async subscribe(listener: BusListener): Promise<void> {
    this.listener = listener;
    if (this.connectsOnSubscribe) listener.onConnected();
  }

  override async close(): Promise<void> {}
}
