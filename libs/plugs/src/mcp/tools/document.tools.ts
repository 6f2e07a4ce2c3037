import { Injectable } from '@nestjs/common';
import { JsonObjectField, StringField } from '#http';
import { DocumentsService } from '#rag';
import { documentUrl } from '../../document-links/document-url.js';
import { type Tool, type ToolAnswer, type ToolCall, readableBy } from './tool.js';

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
    const url = documentUrl(request, id, metadata['url']);
    return { output: { id, title, text, url, metadata } };
  }
}
