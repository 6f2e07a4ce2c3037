/** Where this process is in its life: only a ready one is sent requests by a load balancer. */
export class Readiness {
  state: 'starting' | 'ready' | 'draining' = 'starting';
}
