import { EnvironmentError } from '#kernel';
import { Option } from 'commander';
import type { CliConfig } from '../cli.config.js';
import { AttuneClient } from './attune-client.js';

/** Help text of commands that call a server. */
export const connectionHelp = `
The server and the key:
  ATTUNE_URL      the server's address; --url overrides it
  ATTUNE_API_KEY  a platform admin's key or token; not an option, because others can read the command line`;

export interface ConnectionOptions {
  readonly url?: string;
}

export function urlOption(): Option {
  return new Option('--url <url>', "the server's address, instead of ATTUNE_URL");
}

/** @throws EnvironmentError that names the missing variables. */
export function createClient(
  { attuneUrl, attuneApiKey }: CliConfig,
  { url }: ConnectionOptions,
): AttuneClient {
  const address = url ?? attuneUrl;
  const errors = [
    ...(address === null ? ['ATTUNE_URL must be set, or --url given: the address of the server.'] : []),
    ...(address !== null && !isHttp(address)
      ? ['--url must be a URL that starts with http:// or https://.']
      : []),
    ...(attuneApiKey === null ? ["ATTUNE_API_KEY must be set: a platform admin's key."] : []),
  ];
  if (errors.length > 0) throw new EnvironmentError(errors);
  return new AttuneClient(address!, attuneApiKey!);
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}
