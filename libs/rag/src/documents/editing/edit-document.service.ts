import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigReader } from '#config';
import { Database } from '#database';
import { ConflictError, canonicalJson } from '#kernel';
import type { LanguageChoice } from '../../analysis/languages.js';
import { DocumentPreparationService, sha256Of } from '../document-preparation.service.js';
import { type DocumentRecord, DocumentsRepository } from '../documents.repository.js';
import { documentNotFound } from '../documents.service.js';
import type { DocumentWords } from './document-words.repository.js';
import type { EditDocumentRequest } from './edit-document.request.js';
import { TitleWordsService } from './title-words.service.js';

/** A document with its new title and metadata. */
interface EditedDocument {
  readonly document: DocumentRecord & { readonly text: string };
  readonly title: string;
  readonly metadata: Record<string, unknown>;
}

const maxAttempts = 3;

/** Changes title and metadata of documents. Their vectors stay. */
@Injectable()
export class EditDocumentService {
  constructor(
    private readonly database: Database,
    private readonly repository: DocumentsRepository,
    private readonly words: TitleWordsService,
    private readonly configurations: ConfigReader,
    private readonly preparation: DocumentPreparationService,
  ) {}

  /**
   * Keywords find the new title at once. The vectors are those of the old one until the document is added again or re-indexed. If nothing
   * changes, nothing is written.
   *
   * @throws NotFoundError when the tenant has no such document
   * @throws ConflictError when other requests change the document all the time
   */
  async edit(tenantId: string, docId: string, request: EditDocumentRequest): Promise<DocumentRecord> {
    const { settings } = await this.configurations.current(tenantId);
    const { retrieval_language: choice = 'auto' } = settings;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const document = await this.database.readAsTenant(tenantId, () => this.repository.findWithText(docId));
      if (!document) throw documentNotFound();
      const { title = document.title, metadata = document.metadata } = request;
      const edited = { document, title, metadata };
      const saved = isSame(edited) ? document : await this.write(tenantId, edited, choice);
      if (saved) return saved;
    }
    throw new ConflictError('The document was changed at the same time; read it and try again.');
  }

  /** null if another request changed the document since it was read. */
  private async write(
    tenantId: string,
    edited: EditedDocument,
    choice: LanguageChoice,
  ): Promise<DocumentRecord | null> {
    const { document, title } = edited;
    const isSameTitle = title === document.title;
    const words = isSameTitle ? null : await this.words.prepare(tenantId, { ...document, title }, choice);
    const digest = this.digestOf(edited, choice);
    return this.database.asTenant(tenantId, () => this.save(edited, digest, words));
  }

  private async save(
    { document, title, metadata }: EditedDocument,
    digest: string,
    words: DocumentWords | null,
  ): Promise<DocumentRecord | null> {
    const { doc_id: docId, number } = document;
    await this.repository.lockCorpus();
    const current = await this.repository.find(docId);
    if (!current) throw documentNotFound();
    if (current.digest !== document.digest) return null;
    await this.repository.edit({ docId, title, metadata, digest });
    if (words) await this.words.replace(number, words);
    return this.repository.find(docId);
  }

  /** The vectors of an old title are not those of a document that is added with the new one, so its digest must be another. */
  private digestOf({ document, title, metadata }: EditedDocument, choice: LanguageChoice): string {
    const textDigest = createHash('sha256').update(document.text).digest('hex');
    const isCurrent = this.preparation.digestOf({ ...document, textDigest }, choice) === document.digest;
    return isCurrent && title === document.title
      ? this.preparation.digestOf({ title, metadata, textDigest }, choice)
      : sha256Of(['edited', document.digest, title, metadata]);
  }
}

function isSame({ document, title, metadata }: EditedDocument): boolean {
  return title === document.title && canonicalJson(metadata) === canonicalJson(document.metadata);
}
