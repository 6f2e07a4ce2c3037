import type { DomainError } from '#kernel';
import { type Bill, type MeteredQuery, type Metering, Reservation } from '#metering';
import { QueryMeter } from '../src/query/meter/query-meter.js';
import { type SomeEnvironment, aDirectory } from './a-directory.js';

/** Admits in memory, and gathers what it was asked and told. */
export class NotedMetering {
  readonly admitted: MeteredQuery[] = [];
  readonly bills: Bill[] = [];
  /** What the next query is refused with. */
  refusal: DomainError | null = null;
  /** What the next bill is refused with. */
  outage: DomainError | null = null;

  asMeter(environment: SomeEnvironment = {}): QueryMeter {
    return new QueryMeter(this as unknown as Metering, aDirectory(environment));
  }

  async admit(query: MeteredQuery): Promise<Reservation> {
    if (this.refusal) throw this.refusal;
    this.admitted.push(query);
    return new Reservation(async (bill) => {
      this.bills.push(bill);
      if (this.outage) throw this.outage;
    });
  }
}
