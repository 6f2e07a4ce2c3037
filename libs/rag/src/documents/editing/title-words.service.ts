import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { analyseText } from '../../analysis/analyse-text.js';
import type { LanguageChoice } from '../../analysis/languages.js';
import { recogniseLanguage } from '../../analysis/recognise-language.js';
import { type ReplacedWords, VectorStore } from '../../retrieval/vector-store.js';
import { toIndexedText } from '../chunking/prepare-text.js';
import type { DocumentRecord } from '../documents.repository.js';
import { type DocumentWords, DocumentWordsRepository } from './document-words.repository.js';

/** Chunks that are analysed without a pause: some milliseconds of work. */
const batchSize = 20;

/** Makes the words of a document's chunks under another title. */
@Injectable()
export class TitleWordsService {
  constructor(
    private readonly database: Database,
    private readonly repository: DocumentWordsRepository,
    private readonly store: VectorStore,
  ) {}

  /**
   * Call it outside of any transaction, and pass the result to `replace`.
   *
   * @throws UpstreamError when an external store fails
   */
  async prepare(
    tenantId: string,
    { number, text, title }: Pick<DocumentRecord, 'number' | 'title'> & { readonly text: string },
    choice: LanguageChoice,
  ): Promise<DocumentWords> {
    const language = choice === 'auto' ? recogniseLanguage(toIndexedText(title, text)) : choice;
    const stored = await this.database.readAsTenant(tenantId, () => this.repository.readChunks(number));
    const chunks: ReplacedWords[] = [];
    for (const [index, chunk] of stored.entries()) {
      chunks.push({ ...chunk, words: analyseText(toIndexedText(title, chunk.text), language) });
      if (index % batchSize === 0) await setImmediate();
    }
    await this.store.replaceWords(tenantId, chunks);
    return { language, chunks };
  }

  /** In the open transaction, whose caller has locked the corpus. */
  replace(documentNumber: number, words: DocumentWords): Promise<void> {
    return this.repository.replace(documentNumber, words);
  }
}
