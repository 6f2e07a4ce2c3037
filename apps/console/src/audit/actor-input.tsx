import { actorText, ownNameOf } from '../actors/actor-text.js';
import { usePlatformKeyNames } from '../actors/use-actor-names.js';
import { useSession } from '../session/session-context.js';
import { TypedInput } from '../url-state/typed-input.js';
import { words } from '../words/words.texts.js';
import { type ActorChoice, actorOf, distinctChoices, isActor, nameOfActor } from './actor-filter.js';
import { texts } from './audit.texts.js';

interface ActorInputProps {
  /** What the URL holds: an actor, or what was typed. */
  readonly value: string;
  /** The actors of the list. */
  readonly listed: readonly string[];
  readonly onChange: (actor: string) => void;
}

/** The filter by actor. It takes names, and offers those of the platform's keys and of the list. */
export function ActorInput({ value, listed, onChange }: ActorInputProps) {
  const choices = useChoices(listed);
  return (
    <>
      <TypedInput
        label={words.who}
        placeholder={texts.actorExample}
        error={!isActor(value) && texts.noSuchActor}
        list="audit-actors"
        value={nameOfActor(value, choices)}
        onTyped={(text) => onChange(actorOf(text, choices))}
      />
      <datalist id="audit-actors">
        {choices.map(({ actor, name }) => (
          <option key={actor} value={name} />
        ))}
      </datalist>
    </>
  );
}

function useChoices(listed: readonly string[]): readonly ActorChoice[] {
  const names = usePlatformKeyNames();
  const session = useSession();
  const nobody = { actor: '', name: null };
  const own = { actor: session.actor, name: ownNameOf(session) };
  const others = [...names.keys(), ...listed]
    .filter((actor) => actor !== session.actor)
    .map((actor) => ({ actor, name: actorText(actor, { names, self: nobody }) }));
  return distinctChoices([own, ...others]);
}
