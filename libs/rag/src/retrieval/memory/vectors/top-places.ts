/** The `depth`-th highest of the scores; −Infinity if there are fewer. */
export function thresholdOf(scores: Float32Array | Float64Array, depth: number): number {
  if (scores.length < depth) return -Infinity;
  const heap = new Float64Array(depth).fill(-Infinity);
  let lowest = -Infinity;
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  for (let place = 0; place < scores.length; place += 1) {
    if (scores[place]! <= lowest) continue;
    replaceLowest(heap, scores[place]!);
    lowest = heap[0]!;
  }
  return lowest;
}

/** The indexes of the `depth` highest scores, of which only those above `limit` count. Among equals, the lower ones win. */
export function topPlaces(scores: Float64Array, depth: number, limit = -Infinity): number[] {
  const threshold = Math.max(thresholdOf(scores, depth), limit);
  const higher: number[] = [];
  const equal: number[] = [];
  for (let place = 0; place < scores.length; place += 1) {
    if (scores[place]! > threshold) higher.push(place);
    else if (scores[place] === threshold && threshold > limit) equal.push(place);
  }
  return [...higher, ...equal.slice(0, depth - higher.length)];
}

/** `heap` is a binary heap with its lowest value at 0. */
function replaceLowest(heap: Float64Array, value: number): void {
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child += 1;
    if (heap[child]! >= value) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = value;
}
