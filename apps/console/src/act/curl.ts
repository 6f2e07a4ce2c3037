import type { SentRequest } from '../api/client.js';

/** A request as `AsCode` shows it. */
export interface HttpRequest extends SentRequest {
  /** Names of files that are sent as a form, in place of a body. */
  readonly files?: readonly string[];
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as a curl command for a POSIX shell, with `$ATTUNE_URL` and `$ATTUNE_API_KEY` as the CLI knows them. */
export function toCurl({ method, url, body, headers = {}, files = [] }: HttpRequest): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$ATTUNE_URL"${quote(url)}`,
    `-H "Authorization: Bearer $ATTUNE_API_KEY"`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...files.map((name) => `-F ${quote(`file=@${name}`)}`),
    ...(body === undefined
      ? []
      : [`-H 'Content-Type: application/json'`, `-d ${quote(JSON.stringify(body))}`]),
  ];
  return lines.join(' \\\n  ');
}
