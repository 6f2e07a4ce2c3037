/** A model that marks only the end of its reasoning does so in nearly every answer; one that was asked to write the mark does not. */
const heldAnswers = 3;
/** A server that refuses one value after the other. */
const maxRefusals = 200;

/** What this process has learnt about how a server serves one model. A new process learns it again. */
export class ModelMemory {
  /** The most output tokens that the server takes, if that is less than was asked for once. */
  maxOutputTokens = Infinity;
  private readonly refused = new Set<string>();
  private answersToHold = 0;

  /** Parameters that the server refused, and without which it then answered: `name`, or `name=value` if it refused only that value. */
  get refusals(): ReadonlySet<string> {
    return this.refused;
  }

  addRefusals(refusals: Iterable<string>): void {
    for (const refusal of refusals) if (this.refused.size < maxRefusals) this.refused.add(refusal);
  }

  /** True: the text of the next answer can begin with reasoning of which only the end is marked. */
  get startsInReasoning(): boolean {
    return this.answersToHold > 0;
  }

  addUnmarkedReasoning(): void {
    this.answersToHold = heldAnswers;
  }

  /** Counts an answer without the mark. After a few of them, text is passed on at once. */
  addAnswerWithoutMark(): void {
    this.answersToHold -= 1;
  }
}
