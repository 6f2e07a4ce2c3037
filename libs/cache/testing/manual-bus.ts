import { type BusListener, ChangeBus, createBusCounters } from '../src/bus/change-bus.js';

/** Says nothing by itself; `doubted` and `proven` come from the test. */
export class ManualBus extends ChangeBus {
  override readonly counters = createBusCounters();
  override readonly state = 'proven';
  listener: BusListener | null = null;
  /** While false, it says not even when one subscribes that messages arrive. */
  connectsOnSubscribe = true;

  override async publish(): Promise<void> {}

  override async subscribe(listener: BusListener): Promise<void> {
    this.listener = listener;
    if (this.connectsOnSubscribe) listener.onConnected();
  }

  override async close(): Promise<void> {}
}
