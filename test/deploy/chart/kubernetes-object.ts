/** What the policies read of a container. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: string[];
  securityContext?: Record<string, unknown>;
  readonly env?: { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: object[];
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  readonly ports?: { readonly name: string; readonly containerPort: number }[];
  readonly volumeMounts?: {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
}

interface Probe {
  httpGet: { path: string; port: string };
}

/** What the policies read of a pod. */
export interface PodSpec {
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: Record<string, unknown>;
  readonly containers: Container[];
  readonly volumes?: { readonly name: string }[];
  topologySpreadConstraints?: { readonly topologyKey: string }[];
}

interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string>; annotations?: Record<string, string> };
  readonly spec: PodSpec;
}

/** A rendered object. Its members are those that the policies read; the schemas check the others. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  readonly data?: Record<string, string>;
  readonly automountServiceAccountToken?: boolean;
  // A pod's own spec is that of its template.
  readonly spec: Record<string, unknown> &
    Partial<PodSpec> & {
      replicas?: number;
      template?: PodTemplate;
      strategy?: { rollingUpdate?: { maxUnavailable?: number | string } };
      selector?: Record<string, unknown>;
      policyTypes?: string[];
    };
}

/** The pods that the objects make, each with the name of its object. */
export function podsOf(objects: readonly KubernetesObject[]): { name: string; spec: PodSpec }[] {
  return objects.flatMap(({ kind, metadata, spec }) => {
    const pod = kind === 'Pod' ? (spec as unknown as PodSpec) : spec?.template?.spec;
    return pod ? [{ name: `${kind} ${metadata.name}`, spec: pod }] : [];
  });
}

/** The one object of this kind. @throws Error when there is none. */
export function findObject(objects: readonly KubernetesObject[], kind: string): KubernetesObject {
  const found = objects.find((object) => object.kind === kind);
  if (!found) throw new Error(`No ${kind} was rendered.`);
  return found;
}
