/** An actor that the filter offers by its name. */
export interface ActorChoice {
  readonly actor: string;
  readonly name: string;
}

/** An actor as the API names it. */
const actorPattern = /^((key|jwt|db):\S.*|operator|system)$/;

/** False for a text that is no actor of the API. */
export const isActor = (text: string): boolean => text === '' || actorPattern.test(text);

/** Choices whose name belongs to nobody else; two actors of one name are offered as the API names them. */
export function distinctChoices(choices: readonly ActorChoice[]): ActorChoice[] {
  const byActor = new Map(choices.map((choice) => [choice.actor, choice]));
  const all = [...byActor.values()];
  return all.map(({ actor, name }) => {
    const isAlone = all.filter((other) => isSameName(other.name, name)).length === 1;
    return { actor, name: isAlone ? name : actor };
  });
}

/** The actor that a typed text means: the one of this name, or else the text itself. */
export function actorOf(text: string, choices: readonly ActorChoice[]): string {
  const typed = text.trim();
  return choices.find(({ name }) => isSameName(name, typed))?.actor ?? typed;
}

/** How the filter shows an actor. */
export function nameOfActor(actor: string, choices: readonly ActorChoice[]): string {
  return choices.find((choice) => choice.actor === actor)?.name ?? actor;
}

function isSameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
