import { UnavailableError } from '#kernel';
import {
  type PendingSettlement,
  LedgerRepository,
  type SettlementResult,
} from '../src/ledger/ledger.repository.js';

/** The real ledger, whose database goes when it is told to. */
export class UnreliableLedgerRepository extends LedgerRepository {
  /** `before` a statement: nothing is written. `after` it: it is written, and nobody hears of that. */
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
