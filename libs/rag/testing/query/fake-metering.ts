import type { DomainError } from '#kernel';
import { type UsageRecord, type MeteredQuery, type MeteringService, Reservation } from '#metering';
import { QueryAdmissionService } from '../../src/query/admission/query-admission.service.js';
import { type EnvironmentOverrides, aProviderRegistry } from '../llm/model-call-builders.js';

/** Admits in memory, and gathers what it was asked and told. */
export class FakeMetering {
  readonly admitted: MeteredQuery[] = [];
  readonly settlements: UsageRecord[] = [];
  /** What the next query is refused with. */
  admissionError: DomainError | null = null;
  /** What the next bill is refused with. */
  settlementError: DomainError | null = null;

  asAdmissionService(environment: EnvironmentOverrides = {}): QueryAdmissionService {
    return new QueryAdmissionService(this as unknown as MeteringService, aProviderRegistry(environment));
  }

  async admit(query: MeteredQuery): Promise<Reservation> {
    if (this.admissionError) throw this.admissionError;
    this.admitted.push(query);
    return new Reservation(async (bill) => {
      this.settlements.push(bill);
      if (this.settlementError) throw this.settlementError;
    });
  }
}
