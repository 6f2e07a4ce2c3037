/** An actor, with the makers of its key: who made it, who made that maker's key, and so on. None for an actor that is no key. */
export interface Lineage {
  readonly actor: string;
  readonly makers: readonly string[];
}

/**
 * Why these two cannot be requester and approver of one change, or null: they may be two persons (specification §3.8).
 *
 * The maker of a key has seen its secret and can act with it. So an approval is refused for a request of the approver, of a key that the
 * approver made, and of a key that was made with such a key. A key cannot approve a request of its maker, and two keys of one maker
 * cannot approve each other's requests.
 *
 * The first key of an installation, which the operator made, does not count as a common maker: the keys of all tenants and admins come
 * from it. The operator can also read the environment and the database, where no rule of the service applies.
 */
export function findSharedPerson(requester: Lineage, approver: Lineage): string | null {
  if (requester.actor === approver.actor)
    return 'You made this change request; another platform admin must decide on it.';
  if (requester.makers.includes(approver.actor))
    return 'The key that made this change request was made with your key; another platform admin must decide on it.';
  if (approver.makers.includes(requester.actor))
    return 'Your key was made with the key that made this change request; another platform admin must decide on it.';
  const common = withoutOperator(requester.makers).filter((maker) => approver.makers.includes(maker));
  if (common.length === 0) return null;
  return `Your key and the key that made this change request were both made by ${common[0]}; another platform admin must decide on it.`;
}

/** Without the operator (`system`, `db:<user>`) at the end of the list, and the key that the operator made. */
function withoutOperator(makers: readonly string[]): readonly string[] {
  return isPerson(makers.at(-1) ?? '') ? makers : makers.slice(0, -2);
}

function isPerson(actor: string): boolean {
  return /^(?:key|jwt|oidc):/.test(actor);
}
