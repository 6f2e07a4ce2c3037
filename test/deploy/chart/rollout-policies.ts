import { type Container, type KubernetesObject, findObject, podsOf } from './kubernetes-object.js';
import type { Policy } from './policy.js';

function apiContainer(objects: readonly KubernetesObject[]): Container {
  return podsOf([findObject(objects, 'Deployment')])[0]!.spec.containers[0]!;
}

/** The containers that get the owner's login. */
function ownersOf(objects: readonly KubernetesObject[]): string[] {
  return podsOf(objects)
    .filter(({ spec }) =>
      spec.containers.some(({ env = [] }) => env.some(({ name }) => name === 'MIGRATION_DATABASE_URL')),
    )
    .map(({ name }) => name.split(' ')[0]!);
}

/** Longer than a replica can need: it drains, the longest stream ends, 20 s to close (apps/api/src/shutdown.ts). */
function neededSeconds(objects: readonly KubernetesObject[]): number {
  const defaults = { QUERY_DEADLINE_MS: 30_000, STREAM_DEADLINE_MS: 300_000, SHUTDOWN_DRAIN_MS: 8_000 };
  const variables = { ...defaults, ...findObject(objects, 'ConfigMap').data };
  const maxAnswerMs = Math.max(Number(variables.QUERY_DEADLINE_MS), Number(variables.STREAM_DEADLINE_MS));
  const preStop = apiContainer(objects).lifecycle?.preStop?.sleep?.seconds ?? 0;
  return preStop + (maxAnswerMs + Number(variables.SHUTDOWN_DRAIN_MS) + 20_000) / 1000;
}

export const rolloutPolicies: Policy[] = [
  {
    title: 'a replica goes only when a new one is ready',
    find: (objects) => {
      const { strategy } = findObject(objects, 'Deployment').spec;
      return strategy?.rollingUpdate?.maxUnavailable === 0 ? [] : ['maxUnavailable'];
    },
    break: (objects) =>
      void Object.assign(findObject(objects, 'Deployment').spec.strategy!, {
        rollingUpdate: { maxUnavailable: 1 },
      }),
  },
  {
    title: 'a pod still answers while proxies learn that it goes',
    find: (objects) => (apiContainer(objects).lifecycle?.preStop?.sleep?.seconds ? [] : ['preStop']),
    break: (objects) => void delete apiContainer(objects).lifecycle,
  },
  {
    title: 'Kubernetes waits for the longest stream before it kills a pod',
    find: (objects) => {
      const grace = podsOf([findObject(objects, 'Deployment')])[0]!.spec.terminationGracePeriodSeconds ?? 30;
      return grace >= neededSeconds(objects)
        ? []
        : [`${grace} s, and ${neededSeconds(objects)} s are needed`];
    },
    break: (objects) =>
      void delete podsOf([findObject(objects, 'Deployment')])[0]!.spec.terminationGracePeriodSeconds,
  },
  {
    title: 'a pod that drains or waits for Postgres is not restarted, and gets no requests',
    find: (objects) => {
      const { startupProbe, livenessProbe, readinessProbe } = apiContainer(objects);
      const paths = [startupProbe, livenessProbe, readinessProbe].map(
        (probe) => probe?.httpGet.path ?? 'no probe',
      );
      const wanted = ['/health/live', '/health/live', '/health/ready'];
      return paths.filter((path, index) => path !== wanted[index]);
    },
    break: (objects) =>
      void Object.assign(apiContainer(objects).livenessProbe!.httpGet, { path: '/health/ready' }),
  },
  {
    title: 'probes ask the management port, which answers until the process ends',
    find: (objects) => {
      const { startupProbe, livenessProbe, readinessProbe } = apiContainer(objects);
      return [startupProbe, livenessProbe, readinessProbe]
        .map((probe) => probe?.httpGet.port ?? 'no probe')
        .filter((port) => port !== 'management');
    },
    break: (objects) => void Object.assign(apiContainer(objects).readinessProbe!.httpGet, { port: 'http' }),
  },
  {
    title: 'replicas are spread over zones and nodes',
    find: (objects) => {
      const { topologySpreadConstraints = [] } = podsOf([findObject(objects, 'Deployment')])[0]!.spec;
      const keys = topologySpreadConstraints.map(({ topologyKey }) => topologyKey);
      return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].filter((key) => !keys.includes(key));
    },
    break: (objects) =>
      void podsOf([findObject(objects, 'Deployment')])[0]!.spec.topologySpreadConstraints?.pop(),
  },
  {
    title: 'a node can be drained, one replica at a time',
    find: (objects) => {
      const { maxUnavailable } = findObject(objects, 'PodDisruptionBudget').spec;
      return maxUnavailable === 1 ? [] : [`maxUnavailable ${String(maxUnavailable)}`];
    },
    break: (objects) =>
      void Object.assign(findObject(objects, 'PodDisruptionBudget').spec, { maxUnavailable: 0 }),
  },
  {
    title: 'the database is migrated by one kind of pod, and no other knows its owner',
    find: (objects) => (ownersOf(objects).length <= 1 ? [] : ownersOf(objects)),
    break: (objects) =>
      void apiContainer(objects).env?.push({ name: 'MIGRATION_DATABASE_URL', valueFrom: {} }),
  },
  {
    title: 'the migration runs before the pods of a version start',
    find: (objects) => {
      const job = objects.find(({ kind }) => kind === 'Job');
      const hooks = job?.metadata.annotations?.['helm.sh/hook'];
      return !job || hooks === 'pre-install,pre-upgrade' ? [] : [String(hooks)];
    },
    break: (objects) =>
      void Object.assign(findObject(objects, 'Job').metadata.annotations!, {
        'helm.sh/hook': 'post-install',
      }),
  },
];
