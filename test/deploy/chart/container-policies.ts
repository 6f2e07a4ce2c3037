import { type Container, type KubernetesObject, findObject, podsOf } from './kubernetes-object.js';
import type { Policy } from './policy.js';

type ContainerRule = (container: Container) => boolean;

function containersThat(breakRule: ContainerRule): Policy['find'] {
  return (objects) =>
    podsOf(objects).flatMap(({ name, spec }) =>
      spec.containers.filter(breakRule).map((container) => `${name}: ${container.name}`),
    );
}

function firstContainer(objects: readonly KubernetesObject[]): Container {
  return podsOf([findObject(objects, 'Deployment')])[0]!.spec.containers[0]!;
}

const secretName = /_(?:KEY|SECRET|TOKEN|PASSWORD)$|^(?:MIGRATION_)?DATABASE(?:_READ)?_URL$|^REDIS_URL$/;

function secretsInPlainText(objects: readonly KubernetesObject[]): string[] {
  const variables = podsOf(objects).flatMap(({ spec }) =>
    spec.containers.flatMap(({ env = [] }) => env.map(({ name, value }) => [name, value] as const)),
  );
  const written = objects.flatMap(({ kind, data = {} }) =>
    kind === 'ConfigMap' ? Object.entries(data) : [],
  );
  return [...variables, ...written]
    .filter(([name, value]) => value && (secretName.test(name) || /:\/\/[^/\s]*:[^/\s]*@/.test(value)))
    .map(([name]) => name);
}

export const containerPolicies: Policy[] = [
  {
    title:
      'every pod runs as the user 1000, which Kubernetes can tell from root, and under the default seccomp profile',
    find: (objects) =>
      podsOf(objects)
        .filter(({ spec: { securityContext: context } }) => {
          const profile = context?.['seccompProfile'] as { type?: string } | undefined;
          const isNumbered = context?.['runAsNonRoot'] === true && context['runAsUser'] === 1000;
          return !isNumbered || profile?.type !== 'RuntimeDefault';
        })
        .map(({ name }) => name),
    break: (objects) =>
      void delete podsOf([findObject(objects, 'Job')])[0]!.spec.securityContext?.['runAsUser'],
  },
  {
    title: 'no container can gain rights',
    find: containersThat(({ securityContext: context }) => {
      const { drop } = (context?.['capabilities'] ?? {}) as { drop?: string[] };
      return context?.['allowPrivilegeEscalation'] !== false || drop?.join() !== 'ALL';
    }),
    break: (objects) => void delete firstContainer(objects).securityContext?.['capabilities'],
  },
  {
    title: 'no container can write to its own files',
    find: containersThat(({ securityContext }) => securityContext?.['readOnlyRootFilesystem'] !== true),
    break: (objects) => void delete firstContainer(objects).securityContext?.['readOnlyRootFilesystem'],
  },
  {
    title: 'every container that runs the product can write to /tmp, where Node keeps what it has compiled',
    find: containersThat(
      ({ name, volumeMounts = [] }) =>
        name !== 'test' && !volumeMounts.some(({ mountPath }) => mountPath === '/tmp'),
    ),
    break: (objects) => void firstContainer(objects).volumeMounts?.shift(),
  },
  {
    title: 'no pod has a token of Kubernetes',
    find: (objects) => [
      ...podsOf(objects)
        .filter(({ spec }) => spec.automountServiceAccountToken !== false)
        .map(({ name }) => name),
      ...objects
        .filter((object) => object.kind === 'ServiceAccount' && object.automountServiceAccountToken !== false)
        .map(({ metadata }) => metadata.name),
    ],
    break: (objects) => void delete podsOf(objects)[0]!.spec.automountServiceAccountToken,
  },
  {
    title: 'every container says what it needs, and how much memory is too much',
    find: containersThat(
      ({ resources }) =>
        !resources?.requests?.['cpu'] || !resources.requests['memory'] || !resources.limits?.['memory'],
    ),
    break: (objects) => void delete firstContainer(objects).resources,
  },
  {
    title: 'every image has a version',
    find: containersThat(({ image }) => !/:(?!latest$)[\w.-]+$|@sha256:[0-9a-f]{64}$/.test(image)),
    break: (objects) => void Object.assign(firstContainer(objects), { image: 'attune:latest' }),
  },
  {
    title: 'every secret comes from a Secret that exists before',
    find: (objects) => [
      ...secretsInPlainText(objects),
      ...objects.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name),
    ],
    break: (objects) =>
      void firstContainer(objects).env?.push({
        name: 'DATABASE_URL',
        value: 'postgres://app:hush@db/attune',
      }),
  },
];
