import { setTimeout as pause } from 'node:timers/promises';
import { heartbeat } from './event-stream.js';

/** Passes the events on, and adds a heartbeat whenever there was no event for `intervalMs`. */
export async function* withHeartbeats<Event>(
  events: AsyncGenerator<Event, void>,
  intervalMs: number,
): AsyncGenerator<Event | typeof heartbeat, void> {
  let next = events.next();
  try {
    for (;;) {
      const step = await nextOrHeartbeat(next, intervalMs);
      if (step !== heartbeat && step.done) return;
      yield step === heartbeat ? heartbeat : step.value;
      if (step !== heartbeat) next = events.next();
    }
  } finally {
    // Not awaited: it waits for the next event, which may take long.
    events.return().catch(() => undefined);
  }
}

async function nextOrHeartbeat<T>(next: Promise<T>, intervalMs: number): Promise<T | typeof heartbeat> {
  const timerAbort = new AbortController();
  const heartbeatDue = pause(intervalMs, heartbeat, { signal: timerAbort.signal });
  heartbeatDue.catch(() => undefined);
  try {
    return await Promise.race([next, heartbeatDue]);
  } finally {
    timerAbort.abort();
  }
}
