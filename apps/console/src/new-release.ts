const mark = 'attune-reloaded-at';
const minIntervalMs = 60_000;

/**
 * During a rolling upgrade an open page may ask a new replica for a part of the old release. Then the page is loaded again, at most once
 * a minute; drafts are kept in the session's storage.
 */
export function reloadOnceForNewRelease(): void {
  addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(mark) ?? 0);
    if (Date.now() - last < minIntervalMs) return;
    event.preventDefault();
    sessionStorage.setItem(mark, String(Date.now()));
    location.reload();
  });
}
