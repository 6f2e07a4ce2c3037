/** The replica under attack, and the credentials of the attacker. */
export interface AttackTarget {
  readonly url: string;
  /** Of an admin of the attacker's own tenant. */
  readonly adminKey: string;
}

/** `full` is what a test of the product does by hand; `small` fits into a test run. */
export type AttackScale = 'full' | 'small';

/** One way to take more than one's share of a replica. Other tenants must not notice it. */
export interface Attack {
  readonly name: string;
  /** Attacks, and resolves to the status of each answer; 0 for a connection that the replica closed without one. */
  readonly run: (target: AttackTarget, scale: AttackScale) => Promise<number[]>;
  /** The statuses that a healthy replica answers. */
  readonly expected: readonly number[];
}
