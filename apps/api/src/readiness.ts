import { Injectable } from '@nestjs/common';

/** Where this process is in its life: only a ready one is sent requests by a load balancer. */
@Injectable()
export class Readiness {
  state: 'starting' | 'ready' | 'draining' = 'starting';
}
