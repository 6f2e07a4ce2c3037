import { type BusListener, ChangeBus, noBusCounts } from '../src/bus/change-bus.js';

/** Says nothing by itself; `doubted` and `proven` come from the test. */
export class SilentBus extends ChangeBus {
  override readonly counters = noBusCounts();
  override readonly state = 'proven';
  listener: BusListener | null = null;
  /** While false, it says not even when one subscribes that messages arrive. */
  isThere = true;

  override async publish(): Promise<void> {}

  override async subscribe(listener: BusListener): Promise<void> {
    this.listener = listener;
    if (this.isThere) listener.proven();
  }

  override async close(): Promise<void> {}
}
