import type { RetrievedChunk } from '#rag';

/** A chunk that the model saw. */
export type Source = Pick<RetrievedChunk, 'doc_id' | 'title' | 'metadata'>;

/** A place in the answer that names a source, as OpenAI's clients read it. */
export interface UrlCitation {
  readonly type: 'url_citation';
  readonly url_citation: {
    readonly url: string;
    readonly title: string;
    /** In UTF-16 units, as JavaScript counts. */
    readonly start_index: number;
    readonly end_index: number;
  };
}

/** The address of the source's document, for people. */
export type UrlOf = (source: Source) => string;

/** Models write `[2]`, and also `[1, 3]`. */
const marks = /\[(\d{1,3}(?:, ?\d{1,3}){0,9})\]/g;

/** The numbers in the text are those of the prompt, and the sources have its order. A number without a source is text. */
export function findCitations(text: string, sources: readonly Source[], urlOf: UrlOf): UrlCitation[] {
  return [...text.matchAll(marks)].flatMap(({ 0: mark, 1: numbers = '', index: start }) =>
    numbers.split(',').flatMap((number): UrlCitation[] => {
      const source = sources[Number(number) - 1];
      return source === undefined ? [] : [toCitation(source, urlOf, [start, start + mark.length])];
    }),
  );
}

function toCitation(source: Source, urlOf: UrlOf, [start, end]: readonly [number, number]): UrlCitation {
  return {
    type: 'url_citation',
    url_citation: { url: urlOf(source), title: source.title, start_index: start, end_index: end },
  };
}
