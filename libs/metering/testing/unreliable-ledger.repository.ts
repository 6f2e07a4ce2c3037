import { UnavailableError } from '#kernel';
import type { PendingSettlement, SettlementResult } from '../src/ledger/ledger.js';
import { LedgerRepository } from '../src/ledger/ledger.repository.js';

/** The real ledger, whose database becomes unavailable when the test says so. */
export class UnreliableLedgerRepository extends LedgerRepository {
  /** `before` the statement: nothing is written. `after` it: it is committed, but the caller gets an error. */
  failsAt: 'before' | 'after' | null = null;

  override async settle(pendingSettlement: PendingSettlement): Promise<SettlementResult> {
    this.failAt('before');
    const settlement = await super.settle(pendingSettlement);
    this.failAt('after');
    return settlement;
  }

  private failAt(moment: 'before' | 'after'): void {
    if (this.failsAt === moment) throw new UnavailableError('The database cannot be reached.', 1);
  }
}
