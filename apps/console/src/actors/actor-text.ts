import { texts } from './actors.texts.js';

/** What is known of the people of a tenant. */
export interface KnownActors {
  /** Names of keys by actor. */
  readonly names: ReadonlyMap<string, string>;
  /** Who looks. */
  readonly self: { readonly actor: string; readonly name: string | null };
}

/** An actor of the history in words: `key:4f1c…` becomes the key's name, and the subject of a token stands for itself. */
export function actorText(actor: string, { names, self }: KnownActors): string {
  if (actor === self.actor) return texts.you(ownNameOf(self));
  return names.get(actor) ?? withoutKind(actor);
}

/** Somebody of whom the API says the name, if there is one: who is signed in, or a session. */
export function ownNameOf({ actor, name }: KnownActors['self']): string {
  return name ?? withoutKind(actor);
}

function withoutKind(actor: string): string {
  const [kind, ...rest] = actor.split(':');
  const id = rest.join(':');
  if (kind === 'key') return texts.key(id.slice(0, 8));
  return kind === 'jwt' ? id : actor;
}
