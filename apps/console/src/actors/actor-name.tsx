import { usePlatformActorNames } from './use-actor-names.js';

/** Who did something, in the lists of the platform; the id is on the title. */
export function ActorName({ actor }: { actor: string }) {
  const nameOf = usePlatformActorNames();
  return <span title={actor}>{nameOf(actor)}</span>;
}
