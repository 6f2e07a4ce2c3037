import { Injectable } from '@nestjs/common';
import { UnavailableError } from '#kernel';
import { DocumentsService } from '#rag';
import type { FastifyRequest } from 'fastify';
import { documentUrl } from '../../document-links/document-url.js';
import type { UrlOf } from './citations.js';

/** Where people can read the documents of a tenant. */
@Injectable()
export class DocumentLinks {
  constructor(private readonly documents: DocumentsService) {}

  /**
   * A document's link is its `metadata.url` if that is a web address, else its own route. While the database cannot be reached, it is the
   * route for all: an answer does not fail because of its links.
   */
  async load(request: FastifyRequest, tenantId: string, docIds: readonly string[]): Promise<UrlOf> {
    const addresses = docIds.length === 0 ? new Map<string, string>() : await this.read(tenantId, docIds);
    return (docId) => documentUrl(request, docId, addresses.get(docId));
  }

  private async read(tenantId: string, docIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.documents.findAddresses(tenantId, docIds);
    } catch (error) {
      if (error instanceof UnavailableError) return new Map();
      throw error;
    }
  }
}
