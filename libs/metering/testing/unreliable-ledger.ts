import { UnavailableError } from '#kernel';
import { type Due, LedgerRepository, type Settlement } from '../src/ledger/ledger.repository.js';

/** The real ledger, whose database goes when it is told to. */
export class UnreliableLedger extends LedgerRepository {
  /** `before` a statement: nothing is written. `after` it: it is written, and nobody hears of that. */
  goesAway: 'before' | 'after' | null = null;

  override async settle(due: Due): Promise<Settlement> {
    this.goAway('before');
    const settlement = await super.settle(due);
    this.goAway('after');
    return settlement;
  }

  private goAway(moment: 'before' | 'after'): void {
    if (this.goesAway === moment) throw new UnavailableError('The database cannot be reached.', 1);
  }
}
