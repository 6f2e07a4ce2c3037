import type { KeyResponse, KeysService } from '#tenancy';

/** All keys of the platform, over all pages. */
export async function listPlatformKeys(keys: KeysService): Promise<KeyResponse[]> {
  const found: KeyResponse[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = await keys.list(null, { limit: 200, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}
