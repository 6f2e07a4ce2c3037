import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { HttpConfig, httpConfig } from './http.config.js';

/** The address under which clients reach the service, for links in answers. */
@Injectable()
export class PublicAddress {
  private readonly publicUrl: string | null;

  constructor(@Optional() @Inject(httpConfig.KEY) config = new HttpConfig()) {
    this.publicUrl = config.publicUrl;
  }

  /**
   * `PUBLIC_URL`, else the scheme and the host of the request, as a trusted proxy forwards them. Without a slash at its end.
   *
   * ```ts
   * const link = `${publicAddress.baseFor(request)}/v1/documents/lease`;
   * ```
   */
  baseFor({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
    return this.publicUrl ?? `${protocol}://${host}`;
  }
}
