const sentinel = /(?:^|\n)data: ?\[DONE\]\s*(?:\n|$)/;
/** Longer than the sentinel with its line ends. */
const carried = 32;

const complete = new WeakSet<Response>();

/**
 * `fetch` that remembers which event streams of OpenAI's protocol came to their end, `data: [DONE]`. The SDK takes that event for
 * itself, and a stream that just stops looks to it like one that is done.
 */
export const fetchWatchingStreams: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
  if (!isStream || response.body === null) return response;
  const { status, statusText, headers } = response;
  const watched = new Response(response.body.pipeThrough(watching(() => complete.add(watched))), {
    status,
    statusText,
    headers,
  });
  return watched;
};

export function isComplete(response: Response): boolean {
  return complete.has(response);
}

function watching(onSentinel: () => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder('latin1');
  let tail = '\n';
  return new TransformStream({
    transform(chunk, controller) {
      const text = tail + decoder.decode(chunk, { stream: true });
      if (sentinel.test(text)) onSentinel();
      tail = text.slice(-carried);
      controller.enqueue(chunk);
    },
  });
}
