/**
 * Port: whether this replica answers requests. The application implements it.
 *
 * ```ts
 * class AlwaysReady extends ReplicaState {
 *   readonly state = 'ready';
 * }
 * ```
 */
export abstract class ReplicaState {
  /** `draining`: it still answers, and ends soon. */
  abstract readonly state: 'starting' | 'ready' | 'draining';
}
