import fc from 'fast-check';
import { type SyntheticCorpus, syntheticChunks } from '../../../testing/retrieval/synthetic-chunks.js';
import { scoreChunk, weighQuestion } from '../keywords/bm25.js';
import { type CorpusChunk, CorpusBuilder, type CorpusSize, estimateBytes } from './corpus-builder.js';
import { CorpusOutline } from './corpus-outline.js';
import { keywordScores } from './words/keyword-scores.js';
import type { MemoryCorpus } from './memory-corpus.js';

interface BuiltCorpus {
  readonly corpus: MemoryCorpus;
  readonly size: CorpusSize;
}

/** A corpus of these chunks, with documents named `doc-<number>`. */
async function build(chunks: readonly CorpusChunk[], dimensions = 0): Promise<BuiltCorpus> {
  const numbers = [...new Set(chunks.map((chunk) => chunk.document_number))];
  const documents = numbers.map((number) => ({
    number,
    doc_id: `doc-${number}`,
    title: `Title ${number}`,
    chunks: chunks.filter((chunk) => chunk.document_number === number).length,
    metadata: '{}',
    revision: 1,
  }));
  const sum = (of: (chunk: CorpusChunk) => number) => chunks.reduce((total, chunk) => total + of(chunk), 0);
  const textBytes = sum(({ text }) => Buffer.byteLength(text));
  const size = {
    chunks: chunks.length,
    embedded: 0,
    textBytes,
    metadataBytes: documents.length * 2,
    length: sum((one) => one.length),
    dimensions,
  };
  const builder = new CorpusBuilder(new CorpusOutline(documents), size);
  for (const chunk of chunks) builder.add(chunk);
  const { length } = size;
  return { corpus: await builder.build({ version: 1, length, languages: ['en'] }), size };
}

const lexeme = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const text = fc.array(lexeme, { maxLength: 30 }).map((words) => {
  const lexemes = [...new Set(words)];
  const frequencies = lexemes.map((one) => words.filter((word) => word === one).length);
  return { text: words.join(' '), length: words.length, lexemes, frequencies, vector: null };
});

describe('keywordScores', () => {
  it('returns for each chunk what scoreChunk does, to the last digit', async () => {
    const terms = fc.array(fc.uniqueArray(lexeme, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), terms, async (texts, question) => {
        const chunks = texts.map((one, index) => ({ ...one, document_number: 1, position: index + 1 }));
        const { parts } = (await build(chunks)).corpus;
        const countIn = (chunk: CorpusChunk, term: readonly string[]) =>
          term.reduce((sum, one) => sum + (chunk.frequencies[chunk.lexemes.indexOf(one)] ?? 0), 0);
        const having = question.map((term) =>
          term.reduce((sum, one) => sum + chunks.filter(({ lexemes }) => lexemes.includes(one)).length, 0),
        );
        const weighted = weighQuestion(having, { chunks: chunks.length, length: parts.length });
        expect([...keywordScores(parts, question)]).toEqual(
          chunks.map((chunk) =>
            scoreChunk(
              weighted,
              question.map((term) => countIn(chunk, term)),
              chunk.length,
            ),
          ),
        );
      }),
    );
  });
});

describe('MemoryCorpus', () => {
  const large: SyntheticCorpus = {
    documents: 500,
    chunksPerDocument: 10,
    characters: 1_200,
    dimensions: 512,
  };

  it('keeps 5,000 chunks of 1,200 characters with 512 dimensions in 25 MB, and is not larger than estimated', async () => {
    const { corpus, size } = await build([...syntheticChunks(large)], 512);
    expect(corpus.chunks).toBe(5_000);
    expect(corpus.bytes).toBeLessThan(25_000_000);
    expect(corpus.bytes).toBeLessThan(estimateBytes(size));
  }, 60_000);

  it('returns the texts of chunks in the order of the keys, without those that it does not have', async () => {
    const chunks = [...syntheticChunks({ ...large, documents: 3, chunksPerDocument: 2 })];
    const { corpus } = await build(chunks);
    const keys = [
      { document_number: 3, position: 2 },
      { document_number: 4, position: 1 },
      { document_number: 1, position: 3 },
      { document_number: 1, position: 1 },
    ];
    expect(await corpus.read('acme', keys)).toEqual([
      {
        document_number: 3,
        position: 2,
        doc_id: 'doc-3',
        title: 'Title 3',
        metadata: {},
        text: chunks[5]!.text,
      },
      {
        document_number: 1,
        position: 1,
        doc_id: 'doc-1',
        title: 'Title 1',
        metadata: {},
        text: chunks[0]!.text,
      },
    ]);
  });
});
