import fc from 'fast-check';
import { unitVector } from '../../../embedding/embedder.js';
import { VectorMatrix } from './vector-matrix.js';

/** As `attune_similarity` in Postgres: products in 32 bits, their sum in 64, in order. */
function similarity(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += Math.fround(a[index]! * b[index]!);
  return sum;
}

function matrixOf(vectors: readonly Float32Array[]): VectorMatrix {
  const matrix = new VectorMatrix(vectors.length, vectors[0]!.length);
  for (const [place, vector] of vectors.entries()) {
    matrix.rowAt(place).set(vector);
    matrix.measure(place);
  }
  return matrix;
}

/** Sorts all by their exact similarity. */
function nearestBySort(vectors: readonly Float32Array[], query: Float32Array, depth: number): number[] {
  const exact = vectors.map((vector) => similarity(vector, query));
  const places = [...exact.keys()].toSorted((a, b) => exact[b]! - exact[a]! || a - b);
  return places.slice(0, depth).toSorted((a, b) => a - b);
}

/** Park and Miller's generator: fast-check is too slow for half a million numbers. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
}

interface Shape {
  readonly count: number;
  readonly dimensions: number;
  readonly seed: number;
}

const kinds: Readonly<Record<string, (shape: Shape) => Float32Array[]>> = {
  random: ({ count, dimensions, seed }) => {
    const random = randomFrom(seed);
    return Array.from({ length: count }, () => unitVector(Array.from({ length: dimensions }, random)));
  },
  'nearly equal': ({ count, dimensions, seed }) => {
    const random = randomFrom(seed);
    const centre = Array.from({ length: dimensions }, random);
    return Array.from({ length: count }, () => unitVector(centre.map((value) => value + random() * 1e-6)));
  },
  'often equal': ({ count, dimensions, seed }) => {
    const random = randomFrom(seed);
    const few = Array.from({ length: 7 }, () => unitVector(Array.from({ length: dimensions }, random)));
    return Array.from({ length: count }, (_, place) => few[(place * 5) % 7]!);
  },
  'near one axis': ({ count, dimensions, seed }) => {
    const random = randomFrom(seed);
    const vector = () => Array.from({ length: dimensions }, (_, index) => (index === 0 ? 20 : random()));
    return Array.from({ length: count }, () => unitVector(vector()));
  },
  'of all lengths': ({ count, dimensions, seed }) => {
    const random = randomFrom(seed);
    return Array.from({ length: count }, () => {
      const length = 10 ** (random() * 20);
      return Float32Array.from({ length: dimensions }, () => random() * length);
    });
  },
};

describe.each(Object.entries(kinds))('VectorMatrix of vectors that are %s', (_kind, make) => {
  it.each([
    ['with the scan', 2_500, 128],
    ['with the scan, in odd sizes', 2_777, 101],
    ['without the scan', 300, 64],
    ['with one number', 9, 1],
  ])('finds the same nearest vectors as a full sort, %s', (_size, count, dimensions) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.constantFrom(1, 17, 100, 3_000), (seed, depth) => {
        const vectors = make({ count, dimensions, seed });
        const query = make({ count: 1, dimensions, seed: seed + 1 })[0]!;
        const nearest = matrixOf(vectors).nearest(query, depth);
        expect(nearest.places).toEqual(nearestBySort(vectors, query, depth));
        expect([...nearest.similarities]).toEqual(
          nearest.places.map((place) => similarity(vectors[place]!, query)),
        );
      }),
      { numRuns: 3 },
    );
  });
});

describe('VectorMatrix', () => {
  it.each([0, 1, 3, 4, 5, 11])('computes %i similarities bit for bit as Postgres does', (length) => {
    const vectors = kinds['random']!({ count: 20, dimensions: 77, seed: 5 });
    const places = Array.from({ length }, (_, at) => (at * 7) % 20);
    const similarities = matrixOf(vectors).similarities(vectors[3]!, places);
    expect([...similarities]).toEqual(places.map((place) => similarity(vectors[place]!, vectors[3]!)));
  });

  it('refuses a vector with a number that is not finite', () => {
    expect(() => matrixOf([Float32Array.of(1, Number.NaN)])).toThrow('not finite');
  });
});
