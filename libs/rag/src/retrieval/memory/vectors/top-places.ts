import { Scratch } from '../scratch.js';

const heaps = new Scratch((length) => new Float64Array(length));

/** The `depth`-th highest of the scores; −Infinity if there are fewer. */
export function thresholdOf(scores: Float32Array | Float64Array, depth: number): number {
  if (scores.length < depth) return -Infinity;
  const heap = heaps.take(depth).fill(-Infinity);
  let lowest = -Infinity;
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  for (let place = 0; place < scores.length; place += 1) {
    if (scores[place]! <= lowest) continue;
    replaceLowest(heap, scores[place]!);
    lowest = heap[0]!;
  }
  return lowest;
}

/** The indexes of the `depth` highest scores, ascending. Only scores above `limit` count. Among equals, the lower indexes win. */
export function topPlaces(scores: Float64Array, depth: number, limit = -Infinity): number[] {
  const threshold = Math.max(thresholdOf(scores, depth), limit);
  let equal = threshold > limit ? depth - countAbove(scores, threshold) : 0;
  const places: number[] = [];
  for (let place = 0; place < scores.length; place += 1) {
    const score = scores[place]!;
    if (score > threshold) places.push(place);
    else if (score === threshold && equal > 0) {
      places.push(place);
      equal -= 1;
    }
  }
  return places;
}

function countAbove(scores: Float64Array, threshold: number): number {
  let count = 0;
  // oxlint-disable-next-line typescript/prefer-for-of -- an iterator takes several times as long
  for (let place = 0; place < scores.length; place += 1) if (scores[place]! > threshold) count += 1;
  return count;
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
