import { Injectable } from '@nestjs/common';

/** What time the ledger goes by. Null is Postgres' own clock, one for all replicas; only tests set another. */
@Injectable()
export class LedgerClock {
  now(): Date | null {
    return null;
  }
}
