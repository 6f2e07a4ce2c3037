import { Resolver } from 'node:dns/promises';
import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationConfig, configurationConfig } from '../configuration.config.js';

/** The TXT records of a name, or why DNS gave no answer. */
export type TxtRecordLookup = { readonly records: readonly string[] } | { readonly failure: string };

const timeoutMs = 5_000;
/** Per try. The resolver tries every server this often, so `timeoutMs` limits the whole. */
const resolverOptions = { timeout: 2_000, tries: 2 };
/** The name does not exist, or has no TXT record. Both are answers, not failures. */
const noRecordCodes = new Set(['ENOTFOUND', 'ENODATA']);

/** Looks up TXT records with the servers of `DNS_SERVERS`, or the system's. */
@Injectable()
export class TxtRecordResolver {
  private readonly servers: readonly string[] | null;

  constructor(@Inject(configurationConfig.KEY) { dnsServers }: ConfigurationConfig) {
    this.servers = dnsServers;
  }

  /** Never throws; takes at most five seconds. */
  async resolve(name: string): Promise<TxtRecordLookup> {
    const resolver = new Resolver(resolverOptions);
    if (this.servers) resolver.setServers(this.servers);
    const timer = setTimeout(() => resolver.cancel(), timeoutMs);
    try {
      const records = await resolver.resolveTxt(name);
      // DNS cuts a long text into pieces of 255 bytes.
      return { records: records.map((pieces) => pieces.join('')) };
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      return noRecordCodes.has(code) ? { records: [] } : { failure: code };
    } finally {
      clearTimeout(timer);
    }
  }
}
