/** The part of autocannon 8, which ships no types, that the benchmarks use. */
declare module 'autocannon' {
  interface Load {
    url: string;
    /** Each connection sends these in turn. */
    requests: { headers: Record<string, string> }[];
    connections: number;
    /** Seconds. */
    duration: number;
  }

  interface Result {
    /** Seconds. */
    duration: number;
    requests: { total: number };
    non2xx: number;
    /** Connections that broke. */
    errors: number;
    timeouts: number;
  }

  export default function autocannon(load: Load): Promise<Result>;
}
