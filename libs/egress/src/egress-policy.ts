import { isIP, type BlockList } from 'node:net';
import { includesAddress, isPublicAddress, listOf } from './address-ranges.js';

const loopback = ['127.0.0.0/8', '::1'];
const hostPattern = /^(?:\*\.)?[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;

/** Which hosts and networks may be reached in addition to public addresses (`EGRESS_ALLOW`). */
export class EgressPolicy {
  private constructor(
    private readonly hosts: readonly string[],
    private readonly networks: BlockList,
  ) {}

  /**
   * Reads a list of host names, `*.domain`, addresses, networks such as `10.0.0.0/8`, and the word `loopback`.
   *
   * @throws Error whose message says what the list must be
   */
  static parse(list: string): EgressPolicy {
    const entries = list.split(',').flatMap((entry) => toEntries(entry.trim().toLowerCase()));
    const hosts = entries.filter((entry) => !isNetwork(entry));
    const faulty = hosts.find((host) => !hostPattern.test(host));
    if (faulty !== undefined) throw new Error(describeFault(faulty));
    return new EgressPolicy(hosts, readNetworks(entries.filter(isNetwork)));
  }

  /** The policy that allows loopback. */
  static readonly loopback = EgressPolicy.parse('loopback');

  /** The policy that allows nothing but public addresses. */
  static readonly publicOnly = new EgressPolicy([], listOf([]));

  /** True if the host is allowed by its name, whatever its addresses are. */
  allowsHost(host: string): boolean {
    const name = host.toLowerCase().replace(/\.$/, '');
    return this.hosts.some((allowed) =>
      allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed,
    );
  }

  /** True if it is certain before any name is resolved that the host may not be reached. */
  refusesHost(host: string): boolean {
    if (this.allowsHost(host)) return false;
    const address = /(?:^|\.)localhost\.?$/i.test(host) ? '127.0.0.1' : host;
    return isIP(address) !== 0 && !this.allowsAddress(address);
  }

  allowsAddress(address: string): boolean {
    return isPublicAddress(address) || includesAddress(this.networks, address);
  }
}

function toEntries(entry: string): readonly string[] {
  return entry === 'loopback' ? loopback : [entry.replace(/^\[(.*)\]$/, '$1')];
}

function isNetwork(entry: string): boolean {
  return isIP(entry.split('/')[0] ?? '') !== 0;
}

function readNetworks(networks: readonly string[]): BlockList {
  for (const network of networks) {
    try {
      listOf([network]);
    } catch {
      throw new Error(describeFault(network));
    }
  }
  return listOf(networks);
}

function describeFault(entry: string): string {
  return `must be a list of host names and networks such as vllm.internal,10.0.0.0/8, not "${entry}"`;
}
