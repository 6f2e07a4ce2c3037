/**
 * Aborts at Ctrl-C, so that what runs can end by itself and clean up. The way of the servers that were started before is to end at
 * once; call this after starting them. A second Ctrl-C does not wait.
 */
export function abortOnInterrupt(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.removeAllListeners(signal).once(signal, () => interrupted.abort());
  return interrupted.signal;
}
