import { demoQuestion } from '#rag';

/** The text that the service prints when it listens: its address, the notices of the modules, and three commands to try. */
export function formatStartupMessage(url: string, notices: readonly string[]): string {
  const key = findDemoAdminKey(notices) ?? '<API key>';
  const auth = `-H 'Authorization: Bearer ${key}'`;
  const json = `-H 'Content-Type: application/json'`;
  return [
    '',
    `Attune listens on ${url}  (API pages: ${url}/docs)`,
    '',
    ...notices,
    '',
    'Try:',
    `  curl ${url}/v1/config ${auth}`,
    `  curl -X PATCH ${url}/v1/config ${auth} ${json} -d '{"temperature": 0.2}'`,
    `  curl ${url}/v1/query ${auth} ${json} -d '${JSON.stringify({ question: demoQuestion })}'`,
    '',
    '',
  ].join('\n');
}

/** The demo tenant's admin key, if the demo is on. */
function findDemoAdminKey(notices: readonly string[]): string | null {
  const line = notices.find((notice) => notice.startsWith('demo-key ') && notice.includes(' tenant_admin '));
  return line?.split(' ').at(-1) ?? null;
}
