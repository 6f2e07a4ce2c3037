import { type Tag, findTag, partialTagLength } from './tags.js';

/** Text of the answer, reasoning, or the news that all text so far was reasoning. */
export interface TaggedText {
  readonly kind: 'text' | 'reasoning' | 'retract';
  readonly text: string;
}

/** A tag in quotes or in code is a mention of it. */
const quotes = new Set(['`', '"', "'", '“', '‘', '«', '„']);
/** In the middle of a sentence: a tag that is opened there and never closed is a mention of it. */
const midSentence = /[\p{L}\p{N},;][ \t]*$/u;

/**
 * Separates the reasoning that a model writes between tags such as `<think>` from its answer, however the text is cut into pieces. Some
 * models write only the closing tag: then everything before it was reasoning. With `startsInside`, text is held back until that
 * tag comes or the answer ends. The same is done behind a closing tag if another opening tag came before it. After reasoning, tags around
 * the answer are left out.
 */
export class ThinkTags {
  /** True as soon as the end of reasoning was marked. */
  hasClosed = false;
  private rest = '';
  private held = '';
  private lastCharacter = '';
  /** The last characters of the answer so far; empty before it begins. */
  private answerEnd = '';
  /** From an opening tag that may be a mention, in the middle of a sentence. */
  private mention: string | null = null;
  private isAnswerInTags = false;
  /** Opening tags inside the reasoning: mentions, or nested tags. */
  private innerOpenings = 0;
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
    for (let tag = findTag(this.rest); tag !== null; tag = findTag(this.rest)) {
      const before = this.rest.slice(0, tag.index);
      this.rest = this.rest.slice(tag.index + tag.text.length);
      yield* this.pass(before);
      yield* this.passTag(tag);
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
    else if (this.state === 'reasoning' && this.mention !== null && !isCut)
      yield { kind: 'text', text: this.mention };
  }

  private *passTag({ kind, text }: Tag): Generator<TaggedText, void> {
    if (this.state === 'reasoning') return this.passInside(kind, text);
    if (this.isAroundAnswer(kind)) return;
    if (quotes.has(this.lastCharacter) || kind.startsWith('answer')) return yield* this.pass(text);
    if (kind === 'marker') return;
    if (this.state === 'undecided') yield* this.decide('reasoning', kind === 'closing');
    else if (kind === 'opening') this.open(text);
    else yield* this.passUnopenedClosing(text);
  }

  private open(tag: string): void {
    this.state = 'reasoning';
    this.mention = midSentence.test(this.answerEnd) ? tag : null;
  }

  /** Only after reasoning, and only around the whole answer: elsewhere such a tag is text. */
  private isAroundAnswer(kind: Tag['kind']): boolean {
    if (kind === 'answerClosing') return this.isAnswerInTags;
    const isAround = kind === 'answerOpening' && this.hasClosed && this.answerEnd === '';
    this.isAnswerInTags ||= isAround;
    return isAround;
  }

  private passInside(kind: Tag['kind'], tag: string): void {
    if (this.mention !== null) this.mention += tag;
    if (kind === 'opening' && !quotes.has(this.lastCharacter)) this.innerOpenings += 1;
    if (kind === 'closing') this.close();
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
    else if (this.state === 'answer') this.answerEnd = `${this.answerEnd}${text}`.trimStart().slice(-20);
    else if (this.mention !== null) this.mention += text;
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
    this.hasClosed = true;
    [this.lastCharacter, this.answerEnd, this.mention] = ['', '', null];
    this.state = this.innerOpenings > 0 ? 'undecided' : 'answer';
    this.innerOpenings = Math.max(0, this.innerOpenings - 1);
  }
}
