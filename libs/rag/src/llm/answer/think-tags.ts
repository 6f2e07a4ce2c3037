/** Text of the answer, reasoning, or the news that all text so far was reasoning. */
export interface TaggedText {
  readonly kind: 'text' | 'reasoning' | 'retract';
  readonly text: string;
}

const openings = [
  '<think>',
  '<thinking>',
  '<thought>',
  '<reasoning>',
  '<seed:think>',
  '[think]',
  '◁think▷',
  '<|channel|>analysis<|message|>',
];
const closings = [
  '</think>',
  '</thinking>',
  '</thought>',
  '</reasoning>',
  '</seed:think>',
  '[/think]',
  '◁/think▷',
  '<|channel|>final<|message|>',
];
const tags = [...openings, ...closings];
const maxTagLength = Math.max(...tags.map(({ length }) => length));
const anyTag = toPattern(tags);
const closingTag = toPattern(closings);

/** A tag in quotes or in code is a mention of it. */
const quotes = new Set(['`', '"', "'", '“', '‘', '«', '„']);

/**
 * Separates the reasoning that a model writes between tags such as `<think>` from its answer, however the text is cut into pieces. Some
 * models write only the closing tag: then everything before it was reasoning. With `startsInside`, text is held back until that
 * tag comes or the answer ends.
 */
export class ThinkTags {
  private rest = '';
  private held = '';
  private lastCharacter = '';
  private hasClosed = false;
  private state: 'answer' | 'reasoning' | 'undecided';

  constructor(startsInside: boolean) {
    this.state = startsInside ? 'undecided' : 'answer';
  }

  /** The service sends reasoning apart from the text, so nothing needs to be held back. */
  *expectNoTags(): Generator<TaggedText, void> {
    if (this.state === 'undecided') yield* this.decide('text');
  }

  *push(text: string): Generator<TaggedText, void> {
    this.rest += text;
    for (;;) {
      const match = (this.state === 'reasoning' ? closingTag : anyTag).exec(this.rest);
      if (match === null) break;
      const before = this.rest.slice(0, match.index);
      this.rest = this.rest.slice(match.index + match[0].length);
      yield* this.passTag(before, match[0]);
    }
    const end = this.rest.length - partialTagLength(this.rest);
    yield* this.pass(this.rest.slice(0, end));
    this.rest = this.rest.slice(end);
  }

  /** @param isCut The model did not finish: a text that was held back is then reasoning. */
  *end(isCut: boolean): Generator<TaggedText, void> {
    yield* this.pass(this.rest);
    this.rest = '';
    if (this.state === 'undecided') yield* this.decide(isCut ? 'reasoning' : 'text');
  }

  private *passTag(before: string, tag: string): Generator<TaggedText, void> {
    yield* this.pass(before);
    const isClosing = closings.includes(tag.toLowerCase());
    if (this.state === 'reasoning') this.close();
    else if (quotes.has(this.lastCharacter)) yield* this.pass(tag);
    else if (this.state === 'undecided') yield* this.decide('reasoning', isClosing);
    else if (!isClosing) this.state = 'reasoning';
    else yield* this.passUnopenedClosing(tag);
  }

  private *passUnopenedClosing(tag: string): Generator<TaggedText, void> {
    if (this.hasClosed) return yield* this.pass(tag);
    this.close();
    yield { kind: 'retract', text: '' };
  }

  private *pass(text: string): Generator<TaggedText, void> {
    if (text === '') return;
    this.lastCharacter = text.at(-1)!;
    if (this.state === 'undecided') this.held += text;
    // What is held back is a sign of life, and counts as written.
    yield { kind: this.state === 'answer' ? 'text' : 'reasoning', text };
  }

  private *decide(kind: 'text' | 'reasoning', isClosed = true): Generator<TaggedText, void> {
    const { held } = this;
    this.held = '';
    this.state = 'answer';
    if (kind === 'text' && held !== '') yield { kind, text: held };
    if (kind === 'reasoning' && isClosed) this.close();
    if (!isClosed) this.state = 'reasoning';
  }

  private close(): void {
    this.state = 'answer';
    this.hasClosed = true;
    this.lastCharacter = '';
  }
}

function toPattern(names: readonly string[]): RegExp {
  return new RegExp(names.map((name) => name.replace(/[[\]|/]/g, '\\$&')).join('|'), 'i');
}

/** How many characters at the end may be the beginning of a tag. */
function partialTagLength(text: string): number {
  for (let length = Math.min(maxTagLength - 1, text.length); length > 0; length -= 1) {
    const end = text.slice(-length).toLowerCase();
    if (tags.some((tag) => tag.startsWith(end))) return length;
  }
  return 0;
}
