import { send, toUrl } from '../api/client.js';
import { isObject } from '../draft/json.js';
import type { Entry } from './entries.js';
import { paletteTexts } from './palette.texts.js';

/** Where the palette looks: the tenant that is shown, by its own routes or by those of the platform. */
export interface Place {
  readonly tenantId: string | null;
  readonly isPlatform: boolean;
}

/** One kind of thing that has an id. */
interface Kind {
  readonly label: string;
  /** The route that reads one of them; or a list, where the API reads no single one. */
  readonly url: string;
  readonly to: (found: Readonly<Record<string, unknown>>) => string;
}

const maxDocuments = 8;
const list = { limit: 200 };

/** The things with this id. An id does not say of what it is: each kind is asked for, and at most one knows it. */
export async function findById(id: string, place: Place, signal: AbortSignal): Promise<readonly Entry[]> {
  const kinds = [...(place.isPlatform ? platformKinds(id) : []), ...tenantKinds(id, place)];
  const answers = await Promise.allSettled(kinds.map(({ url }) => send('get', url, { signal })));
  return kinds.flatMap(({ label, to }, index) => {
    const answer = answers[index];
    const found = answer?.status === 'fulfilled' ? thingIn(answer.value.data, id) : undefined;
    if (!found) return [];
    const path = to(found);
    return [{ id: path, group: paletteTexts.groups.byId, label: `${label} ${id}`, to: path }];
  });
}

function platformKinds(id: string): readonly Kind[] {
  const base = '/v1/platform';
  return [
    {
      label: paletteTexts.kinds.bulkUpdate,
      url: `${base}/bulk-updates/${id}`,
      to: () => `/bulk-updates/${id}`,
    },
    { label: paletteTexts.kinds.rollout, url: `${base}/rollouts/${id}`, to: () => `/rollouts/${id}` },
    {
      label: paletteTexts.kinds.changeRequest,
      url: `${base}/change-requests/${id}`,
      to: ({ state }) => `/approvals?state=${String(state)}&open=${id}`,
    },
    {
      label: paletteTexts.kinds.platformWebhook,
      url: `${base}/webhooks/${id}`,
      to: () => `/platform-webhooks?open=${id}`,
    },
    {
      label: paletteTexts.kinds.platformKey,
      url: toUrl(`${base}/api-keys`, {}, list),
      to: () => '/platform-keys',
    },
  ];
}

function tenantKinds(id: string, place: Place): readonly Kind[] {
  if (place.tenantId === null) return [];
  const base = baseOf(place);
  const screens = `/tenants/${place.tenantId}`;
  // Those of the platform are found above, by the route that has all tenants.
  const request = {
    label: paletteTexts.kinds.changeRequest,
    url: `${base}/config/change-requests/${id}`,
    to: () => `${screens}/requests`,
  };
  return [
    ...(place.isPlatform ? [] : [request]),
    {
      label: paletteTexts.kinds.webhook,
      url: `${base}/webhooks/${id}`,
      to: () => `${screens}/webhooks/${id}`,
    },
    {
      label: paletteTexts.kinds.key,
      url: toUrl(`${base}/api-keys`, {}, list),
      to: () => `${screens}/api-keys`,
    },
  ];
}

/** Documents of the tenant whose id or title has the text. */
export async function findDocuments(q: string, place: Place, signal: AbortSignal): Promise<readonly Entry[]> {
  const url = toUrl(`${baseOf(place)}/documents`, {}, { q, limit: maxDocuments });
  const { data } = await send('get', url, { signal });
  const { items } = data as { items: readonly { doc_id: string; title: string }[] };
  return items.map(({ doc_id: id, title }) => ({
    id: `document ${id}`,
    group: paletteTexts.groups.documents,
    label: title,
    hint: id,
    to: `/tenants/${place.tenantId}/documents/${encodeURIComponent(id)}`,
  }));
}

function baseOf({ tenantId, isPlatform }: Place): string {
  return isPlatform ? `/v1/platform/tenants/${encodeURIComponent(tenantId ?? '')}` : '/v1';
}

/** What an answer has of this id: all of it, or one entry of its list. */
function thingIn(answer: unknown, id: string): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(answer)) return undefined;
  const things: unknown[] = Array.isArray(answer['items']) ? answer['items'] : [answer];
  return things.filter(isObject).find((thing) => thing['id'] === id);
}
