import type { DomainError } from '#kernel';
import { type UsageRecord, type MeteredQuery, type MeteringService, Reservation } from '#metering';
import { QueryAdmissionService } from '../../src/query/admission/query-admission.service.js';
import { type RagConfigOverrides, aProviderRegistry } from '../llm/model-call-builders.js';

/** Admits queries in memory, and records admissions and settlements. */
export class FakeMetering {
  readonly admitted: MeteredQuery[] = [];
  readonly settlements: UsageRecord[] = [];
  /** Of the tenant's documents, returned with each admission. */
  dataVersion: number | null = null;
  /** If set, admissions are refused with this error. */
  admissionError: DomainError | null = null;
  /** If set, settlements fail with this error. */
  settlementError: DomainError | null = null;

  asAdmissionService(environment: RagConfigOverrides = {}): QueryAdmissionService {
    return new QueryAdmissionService(this as unknown as MeteringService, aProviderRegistry(environment));
  }

  async admit(query: MeteredQuery): Promise<Reservation> {
    if (this.admissionError) throw this.admissionError;
    this.admitted.push(query);
    return new Reservation(async (usage) => {
      this.settlements.push(usage);
      if (this.settlementError) throw this.settlementError;
    }, this.dataVersion);
  }
}
