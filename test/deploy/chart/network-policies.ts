import { type KubernetesObject, findObject, podsOf } from './kubernetes-object.js';
import type { Policy } from './policy.js';

type Labels = Record<string, string>;

interface Egress {
  readonly to?: { readonly ipBlock?: { readonly cidr: string; readonly except?: string[] } }[];
}

function labelsOfPods(objects: readonly KubernetesObject[]): Map<string, Labels> {
  return new Map(
    objects.flatMap(({ kind, metadata, spec }) => {
      const labels = kind === 'Pod' ? metadata.labels : spec?.template?.metadata.labels;
      return labels ? [[kind, labels] as const] : [];
    }),
  );
}

/** The kinds of object whose pods these labels select. */
function selectedBy(selector: object, objects: readonly KubernetesObject[]): string[] {
  const { matchLabels = selector } = selector as { matchLabels?: object };
  return [...labelsOfPods(objects)]
    .filter(([, labels]) => Object.entries(matchLabels).every(([name, value]) => labels[name] === value))
    .map(([kind]) => kind);
}

/** Selectors that select another kind of pod than the replicas. */
function wrongSelectors(objects: readonly KubernetesObject[]): string[] {
  const selecting = objects.filter(({ kind }) =>
    ['Service', 'PodDisruptionBudget', 'Deployment'].includes(kind),
  );
  return selecting
    .filter(({ spec }) => selectedBy(spec.selector ?? {}, objects).join() !== 'Deployment')
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

function publicService(objects: readonly KubernetesObject[]): KubernetesObject {
  return objects.find(({ kind, spec }) => kind === 'Service' && spec['clusterIP'] !== 'None')!;
}

export const networkPolicies: Policy[] = [
  {
    title: 'services and budgets select the replicas, and not the pods of a migration or a test',
    find: wrongSelectors,
    break: (objects) => void delete publicService(objects).spec.selector?.['app.kubernetes.io/component'],
  },
  {
    title: 'metrics are not on the port of clients, because they name tenants',
    find: (objects) => {
      const { data = {} } = findObject(objects, 'ConfigMap');
      const ports = publicService(objects).spec['ports'] as { targetPort: string }[];
      const otherPorts = ports.map(({ targetPort }) => targetPort).filter((port) => port !== 'http');
      return data['MANAGEMENT_PORT'] ? otherPorts : [...otherPorts, 'MANAGEMENT_PORT'];
    },
    break: (objects) => void delete findObject(objects, 'ConfigMap').data?.['MANAGEMENT_PORT'],
  },
  {
    title: 'a ServiceMonitor reads the management port of the one service that has it',
    find: (objects) => {
      const monitor = objects.find(({ kind }) => kind === 'ServiceMonitor');
      if (!monitor) return [];
      const { matchLabels } = monitor.spec.selector as { matchLabels: Labels };
      const services = objects.filter(
        ({ kind, metadata }) =>
          kind === 'Service' &&
          Object.entries(matchLabels).every(([name, value]) => metadata.labels?.[name] === value),
      );
      const names = services.map(({ metadata }) => metadata.name);
      return names.join() === 'shop-attune-management' ? [] : [`it selects: ${names.join()}`];
    },
    break: (objects) => {
      const { matchLabels } = findObject(objects, 'ServiceMonitor').spec.selector as { matchLabels: Labels };
      delete matchLabels['app.kubernetes.io/component'];
    },
  },
  {
    title: 'a network policy covers all pods, in both directions',
    find: (objects) => {
      const { spec } = findObject(objects, 'NetworkPolicy');
      const covered = selectedBy(spec['podSelector'] as object, objects);
      const missing = [...labelsOfPods(objects).keys()].filter((kind) => !covered.includes(kind));
      return spec.policyTypes?.join() === 'Ingress,Egress' ? missing : [...missing, 'policyTypes'];
    },
    break: (objects) => void findObject(objects, 'NetworkPolicy').spec.policyTypes?.pop(),
  },
  {
    title: 'no pod reaches the address where clouds give out credentials',
    find: (objects) => {
      const egress = findObject(objects, 'NetworkPolicy').spec['egress'] as Egress[];
      const blocks = egress.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
      const open = blocks.filter(
        ({ cidr, except = [] }) => cidr === '0.0.0.0/0' && !except.includes('169.254.0.0/16'),
      );
      return open.map(({ cidr }) => cidr);
    },
    break: (objects) => {
      const egress = findObject(objects, 'NetworkPolicy').spec['egress'] as Egress[];
      const block = egress.flatMap(({ to = [] }) => to).find(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0');
      block?.ipBlock?.except?.pop();
    },
  },
  {
    title: 'no pod gets the addresses of other services as variables',
    find: (objects) =>
      podsOf(objects)
        .filter(({ spec }) => spec.containers[0]!.name !== 'test')
        .filter(({ spec }) => (spec as { enableServiceLinks?: boolean }).enableServiceLinks !== false)
        .map(({ name }) => name),
    break: (objects) =>
      void Object.assign(podsOf([findObject(objects, 'Deployment')])[0]!.spec, { enableServiceLinks: true }),
  },
];
