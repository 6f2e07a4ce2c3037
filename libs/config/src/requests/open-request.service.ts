import { Injectable } from '@nestjs/common';
import { ConflictError } from '#kernel';
import type { Change, Proposal } from '../change/change.js';
import type { ChangeRequest } from './change-request.js';

/** Lets a change wait for approval instead of making it (SPEC §3.8). */
@Injectable()
export class OpenRequest {
  open(_change: Change, _proposal: Proposal): Promise<ChangeRequest> {
    throw new ConflictError(
      'Changes of this tenant need approval. A platform admin can make one with force: true and a reason, or turn approval_required off.',
    );
  }
}
