/** The value of each label by its name. */
export type Labels = Readonly<Record<string, string>>;

/** The trace of one observation, so that a graph leads to an example. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  /** Unix time in seconds. */
  readonly at: number;
}

/** One line of a scrape. */
export interface Sample {
  /** Null: the name of its family. */
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar: Exemplar | null;
}

/** A metric with all of its series. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}
