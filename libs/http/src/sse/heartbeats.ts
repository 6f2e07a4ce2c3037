import { setTimeout as pause } from 'node:timers/promises';
import { heartbeat } from './event-stream.js';

/** The events as they come, and a heartbeat whenever there was none for so long. */
export async function* withHeartbeats<Event>(
  events: AsyncGenerator<Event, void>,
  silenceMs: number,
): AsyncGenerator<Event | typeof heartbeat, void> {
  let next = events.next();
  try {
    for (;;) {
      const step = await orSilence(next, silenceMs);
      if (step !== heartbeat && step.done) return;
      yield step === heartbeat ? heartbeat : step.value;
      if (step !== heartbeat) next = events.next();
    }
  } finally {
    // Not awaited: it waits for an event under way, which may be long in coming.
    events.return().catch(() => undefined);
  }
}

async function orSilence<T>(next: Promise<T>, silenceMs: number): Promise<T | typeof heartbeat> {
  const timer = new AbortController();
  const silence = pause(silenceMs, heartbeat, { signal: timer.signal });
  silence.catch(() => undefined);
  try {
    return await Promise.race([next, silence]);
  } finally {
    timer.abort();
  }
}
