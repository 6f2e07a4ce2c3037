import { type Page, toPage } from '#http';
import type { PreviewPage } from '#tenancy';

interface TenantGroup {
  readonly tenants: readonly { readonly tenant_id: string }[];
}

/** A page of the tenants of all groups, in the order of their ids. `toItem` gets the group that the tenant is in. */
export function pageOfTenants<Group extends TenantGroup, Item>(
  groups: readonly Group[],
  { after, limit }: PreviewPage,
  toItem: (group: Group, tenantId: string) => Item,
): Page<Item> {
  const rows = groups.flatMap((group) =>
    group.tenants
      .filter(({ tenant_id: id }) => after === null || id > after)
      .map(({ tenant_id: id }) => ({ id, group })),
  );
  const nextRows = rows.toSorted(({ id: a }, { id: b }) => (a < b ? -1 : 1)).slice(0, limit + 1);
  return toPage(nextRows, limit, { item: ({ group, id }) => toItem(group, id), keys: ({ id }) => [id] });
}
