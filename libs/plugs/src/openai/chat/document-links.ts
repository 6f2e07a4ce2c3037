import { Injectable } from '@nestjs/common';
import { publicUrlOf } from '#http';
import { UnavailableError } from '#kernel';
import { DocumentsService } from '#rag';
import type { FastifyRequest } from 'fastify';
import type { UrlOf } from './citations.js';

const maxUrlLength = 2_000;

/** Where people can read the documents of a tenant. */
@Injectable()
export class DocumentLinks {
  constructor(private readonly documents: DocumentsService) {}

  /**
   * A document's link is its `metadata.url` if that is a web address, else its own route. While the database cannot be reached, it is the
   * route for all: an answer does not fail because of its links.
   */
  async load(request: FastifyRequest, tenantId: string, docIds: readonly string[]): Promise<UrlOf> {
    const base = `${publicUrlOf(request)}/v1/documents`;
    const addresses = docIds.length === 0 ? new Map<string, string>() : await this.read(tenantId, docIds);
    return (docId) => {
      const address = addresses.get(docId);
      return isWebAddress(address) ? address : `${base}/${encodeURIComponent(docId)}`;
    };
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

function isWebAddress(url: string | undefined): url is string {
  if (url === undefined || url.length > maxUrlLength || !URL.canParse(url)) return false;
  return ['http:', 'https:'].includes(new URL(url).protocol);
}
