import { Injectable } from '@nestjs/common';
import { QuestionField } from '#config';
import { ArrayField, JsonObjectField, StringField } from '#http';
import { ChunkSearchService, DocumentsService } from '#rag';
import { documentUrl } from '../../document-links/document-url.js';
import { type Tool, type ToolAnswer, type ToolCall, readableBy } from './tool.js';

class SearchArguments {
  @QuestionField({ description: 'What to look for, as a question or in keywords' })
  query!: string;
}

class SearchResult {
  @StringField({ description: 'The id of the document, for fetch' })
  id!: string;

  @StringField()
  title!: string;

  @StringField({ description: 'The address of the document' })
  url!: string;

  @StringField({ description: 'The part of the document that fits best' })
  text!: string;
}

class SearchResults {
  @ArrayField(() => SearchResult)
  results!: SearchResult[];
}

class DocumentArguments {
  @StringField({ min: 1, max: 200, description: 'The id of a result of search' })
  id!: string;
}

class FetchedDocument {
  @StringField()
  id!: string;

  @StringField()
  title!: string;

  @StringField()
  text!: string;

  @StringField({ description: 'The address of the document' })
  url!: string;

  @JsonObjectField()
  metadata!: Record<string, unknown>;
}

/** Finds what a query would put into its prompt. It counts as a call of `POST /v1/retrieve`. */
@Injectable()
export class SearchTool implements Tool<SearchArguments, SearchResults> {
  readonly name = 'search';
  readonly title = 'Search the documents';
  readonly description =
    "The tenant's documents that fit a question, best first, each with its best part. fetch reads a whole one.";
  readonly access = readableBy('member');
  readonly input = SearchArguments;
  readonly output = SearchResults;

  constructor(private readonly chunks: ChunkSearchService) {}

  /** A document is found once, by its best chunk. */
  async run({ query }: SearchArguments, call: ToolCall): Promise<ToolAnswer<SearchResults>> {
    const { tenantId, principal, request, signal } = call;
    const { response } = await this.chunks.search({ tenantId, principal, question: query }, signal);
    const results = new Map<string, SearchResult>();
    for (const { doc_id: id, title, text, metadata, dropped_by } of response.chunks)
      if (dropped_by === null && !results.has(id))
        results.set(id, { id, title, url: documentUrl(request, id, metadata), text });
    return { output: { results: [...results.values()] } };
  }
}

@Injectable()
export class FetchTool implements Tool<DocumentArguments, FetchedDocument> {
  readonly name = 'fetch';
  readonly title = 'Read a document';
  readonly description = 'The whole text of one document, by the id of a search result.';
  readonly access = readableBy('member');
  readonly input = DocumentArguments;
  readonly output = FetchedDocument;

  constructor(private readonly documents: DocumentsService) {}

  async run(
    { id }: DocumentArguments,
    { tenantId, request }: ToolCall,
  ): Promise<ToolAnswer<FetchedDocument>> {
    const { title, text, metadata } = await this.documents.get(tenantId, id);
    const url = documentUrl(request, id, metadata);
    return { output: { id, title, text, url, metadata } };
  }
}
