/**
 * The address of a server that jest's global setup started, or was given.
 *
 * @throws Error outside of an integration or system test.
 */
export function testServerUrl(variable: 'TEST_DATABASE_URL' | 'TEST_REDIS_URL'): string {
  const url = process.env[variable];
  if (!url)
    throw new Error(`${variable} is not set: only *.int-spec.ts and test/**/*.e2e-spec.ts have servers.`);
  return url;
}
