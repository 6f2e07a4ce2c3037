import type { Fetch } from '#egress';

const doneSentinel = /(?:^|\n)data: ?\[DONE\]\s*(?:\n|$)/;
/** Longer than the sentinel with its line breaks. */
const tailCharacters = 32;

const completedResponses = new WeakSet<Response>();

/**
 * A `fetch` that records which OpenAI event streams reached their end event, `data: [DONE]`. The SDK hides that event from its
 * caller, and treats a stream that just stops as complete.
 */
export function fetchTrackingCompletion(fetch: Fetch): Fetch {
  return async (input, init) => trackCompletion(await fetch(input, init));
}

function trackCompletion(response: Response): Response {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (!isStream || response.body === null) return response;
  const { status, statusText, headers } = response;
  const trackedResponse = new Response(
    response.body.pipeThrough(detectSentinel(() => completedResponses.add(trackedResponse))),
    {
      status,
      statusText,
      headers,
    },
  );
  return trackedResponse;
}

/** True if the stream of this response has reached its end event. */
export function isStreamComplete(response: Response): boolean {
  return completedResponses.has(response);
}

function detectSentinel(onSentinel: () => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder('latin1');
  let tail = '\n';
  return new TransformStream({
    transform(chunk, controller) {
      const text = tail + decoder.decode(chunk, { stream: true });
      if (doneSentinel.test(text)) onSentinel();
      tail = text.slice(-tailCharacters);
      controller.enqueue(chunk);
    },
  });
}
