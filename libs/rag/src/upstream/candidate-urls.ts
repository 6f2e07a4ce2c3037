/**
 * Where a server may have the route: under the base URL and, if that names no version such as `/v1`, under its `/v1`. A base URL that is
 * the whole route is the only candidate. Its query stays.
 */
export function candidateUrls(baseUrl: string, route: string): string[] {
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  const isWhole = path.endsWith(`/${route}`);
  const versioned = isWhole || /\/v\d+\w*$/.test(path) ? [] : [`${path}/v1/${route}`];
  return [isWhole ? path : `${path}/${route}`, ...versioned].map((pathname) => {
    url.pathname = pathname;
    return url.href;
  });
}
