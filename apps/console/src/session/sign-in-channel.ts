import { publicPath } from '../public-path.js';

/** The service opens its pages with `Cross-Origin-Opener-Policy: same-origin`, so a window cannot reach the one that opened it. */
const name = `attune-signed-in:${publicPath}`;

/** Tells all windows of the console in this browser that a person has signed in. */
export function announceSignIn(): void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has the origin of its page
  channel.postMessage(null);
  channel.close();
}

/** Calls the listener after each sign-in in another window, until the returned function is called. */
export function onSignInElsewhere(listener: () => void): () => void {
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', listener);
  return () => channel.close();
}
