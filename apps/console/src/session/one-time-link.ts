import { send } from '../api/client.js';

/**
 * Signs in with the code of the start message, `/#code=…`, and takes it out of the address. The fragment reaches no server and no log.
 * A code that is used or too old leaves the person at the sign-in page.
 */
export async function redeemLink(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get('code');
  if (code === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  await send('post', '/v1/session', { body: { code } }).catch(() => undefined);
}
