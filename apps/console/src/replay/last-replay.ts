const keyOf = (tenantId: string): string => `attune-replay:${tenantId}`;

/** Keeps the id of the replay that was started last, for this tab: the API has no list of replays. */
export function keepLastReplay(tenantId: string, id: string): void {
  try {
    sessionStorage.setItem(keyOf(tenantId), id);
  } catch {
    // Without storage, the replay is still in the URL.
  }
}

/** The replay that was started last in this tab, or null. */
export function readLastReplay(tenantId: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(tenantId));
  } catch {
    return null;
  }
}
