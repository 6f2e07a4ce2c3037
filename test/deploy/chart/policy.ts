import type { KubernetesObject } from './kubernetes-object.js';

/** A rule of the chart, over everything that it renders. */
export interface Policy {
  readonly title: string;
  /** What breaks the rule; empty: nothing. */
  find(objects: readonly KubernetesObject[]): string[];
  /** Changes the objects of the default values so that they break the rule. */
  break(objects: readonly KubernetesObject[]): void;
}
