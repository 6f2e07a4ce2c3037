import { Injectable } from '@nestjs/common';
import type { Change } from './change.js';

/** How many changes a tenant's own people may make in an hour (SPEC §3.9). */
@Injectable()
export class ChangeLimit {
  /**
   * Inside the transaction of a change it counts that change too.
   *
   * @throws DomainError `rate-limited`
   */
  check(_change: Change): Promise<void> {
    return Promise.resolve();
  }
}
