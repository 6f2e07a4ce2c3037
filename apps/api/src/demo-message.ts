import { demoQuestion } from '#rag';

const adminKeyNotice = /^demo-key (\S+) tenant_admin (\S+)$/;
const codeNotice = /^sign-in-code (\S+)$/;

/** The notices, first of them the link that signs in with the one-time code. The code is in the fragment, which no server and no log sees. */
export function formatNotices(url: string, notices: readonly string[]): string[] {
  const codes = notices.flatMap((notice) => codeNotice.exec(notice)?.[1] ?? []);
  const links = codes.flatMap((code) => [
    'Open the console. This link signs you in, once, within 10 minutes:',
    '',
    `  ${url}/#code=${code}`,
    '',
  ]);
  return [...links, ...lastingNotices(notices)];
}

/** The notices that are of use after the service has ended: no code for signing in. */
export function lastingNotices(notices: readonly string[]): string[] {
  return notices.filter((notice) => !codeNotice.test(notice));
}

/**
 * The lines that the service prints when it listens with the demo: the link to the console, its address, the notices of the modules,
 * variables to paste, and commands to try.
 */
export function formatDemoMessage(url: string, notices: readonly string[]): string[] {
  const keys = notices.map((notice) => adminKeyNotice.exec(notice)).filter((match) => match !== null);
  const key = keys[0]?.[2] ?? '<API key>';
  const auth = `-H 'Authorization: Bearer ${key}'`;
  const json = `-H 'Content-Type: application/json'`;
  const ask = `  curl ${url}/v1/query ${auth} ${json} -d '${JSON.stringify({ question: demoQuestion })}'`;
  return [
    '',
    `Attune listens on ${url}  (API pages: ${url}/docs)`,
    '',
    ...formatNotices(url, notices),
    '',
    'Variables for your shell:',
    `  export ATTUNE_URL=${url} ${keys.map(([, tenantId, value]) => `${toVariableName(tenantId!)}=${value}`).join(' ')}`,
    '',
    'Ask, change a setting, ask again, and look at what changed:',
    ask,
    `  curl -X PATCH ${url}/v1/config ${auth} ${json} -d '{"retrieval_top_k": 2, "reason": "fewer sources"}'`,
    ask,
    `  curl '${url}/v1/config/history?limit=1' ${auth}`,
    '',
  ];
}

/** `acme-law` → `ACME_LAW_KEY`. */
function toVariableName(tenantId: string): string {
  return `${tenantId.replaceAll('-', '_').toUpperCase()}_KEY`;
}
