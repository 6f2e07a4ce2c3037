/** What is known of the people of a tenant. */
export interface KnownActors {
  /** Names of keys by actor. */
  readonly names: ReadonlyMap<string, string>;
  /** Who looks. */
  readonly self: { readonly actor: string; readonly name: string | null };
}

/** An actor of the history in words: `key:4f1c…` becomes the key's name, and the subject of a token stands for itself. */
export function actorText(actor: string, { names, self }: KnownActors): string {
  if (actor === self.actor) return `${self.name ?? withoutKind(actor)} (you)`;
  return names.get(actor) ?? withoutKind(actor);
}

function withoutKind(actor: string): string {
  const [kind, ...rest] = actor.split(':');
  const id = rest.join(':');
  if (kind === 'key') return `key ${id.slice(0, 8)}`;
  return kind === 'jwt' ? id : actor;
}
