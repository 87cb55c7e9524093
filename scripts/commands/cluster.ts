import type { Command } from 'commander'
import { jsonOption, type TargetName, targetOption } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { heading } from './map.ts'

const environment = `
Environment
  KIND_CLUSTER    name of the kind cluster (default breakwater)
  KIND_IMAGE      node image of the kind cluster, used when it is created (default: kind's own)
  KUBE_CONTEXT    kubeconfig context of an existing cluster to use instead of the kind cluster
  IMAGE_REGISTRY  registry that such a cluster pulls images from, when it is not a kind cluster
  PORT            port of this machine at which the gateway answers, used when the cluster is created (default 8080)
  NODE_IMAGE      base image of the services (default node:24-slim)
  ISTIO_OVERLAY   one more file for istioctl install
  OBSERVABILITY=1 collect logs, traces and metrics too, in the cluster (needs about 1.5 GB more memory)
  ADOPT_ISTIO=1   allow changes to an Istio that this project did not install`

/** `deploy`, `undeploy`, `traffic split`, `eks …`. */
export function addClusterCommands(program: Command): void {
  program
    .command('deploy')
    .helpGroup(heading('cluster'))
    .summary('create a kind cluster with Istio if there is none, build images, apply the manifests, wait until ready')
    .description(
      'Creates the kind cluster if there is none, installs Istio, builds and loads the images, applies dist/kind and waits until everything is ready.\nEach step does only what is still missing, so the command can be run again.',
    )
    .addOption(jsonOption())
    .addHelpText('after', environment)
    .action(({ json }: { json: boolean }) =>
      runAction(async ({ signal }) => (await import('../cluster/commands.ts')).deployShop(json, signal)),
    )

  program
    .command('undeploy')
    .helpGroup(heading('cluster'))
    .summary("delete the kind cluster (with KUBE_CONTEXT only the shop's namespaces)")
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) => runAction(async () => (await import('../cluster/commands.ts')).undeployShop(json)))

  program
    .command('traffic')
    .helpGroup(heading('cluster'))
    .summary("split a service's traffic between two versions while it runs (traffic split catalog v2=10)")
    .command('split')
    .argument('<service>', 'e.g. catalog')
    .argument('<split>', '<version>=<percent>, or off to send all traffic to the first version again')
    .summary('v2=10 sends a tenth of the traffic to v2, and every request with the header x-stage: canary')
    .addHelpText(
      'after',
      `
Examples
  npx breakwater traffic split catalog v2=10   send a tenth of catalog's traffic to v2, and every request with the header x-stage: canary
  npx breakwater traffic split catalog off     send all traffic to the first version again
  npx breakwater traffic split catalog v2=10 --target local

Environment
  KIND_CLUSTER    name of the kind cluster (default breakwater)
  KUBE_CONTEXT    kubeconfig context of an existing cluster to use instead`,
    )
    .addOption(targetOption().default('cluster'))
    .addOption(jsonOption())
    .action((service: string, split: string, { target, json }: { target: TargetName; json: boolean }) =>
      runAction(async ({ signal }) =>
        target === 'cluster'
          ? (await import('../cluster/commands.ts')).splitTraffic({ service, split, json }, signal)
          : (await import('../local/commands/traffic-split.ts')).trafficSplit(
              (await import('../local/paths.ts')).localPaths(),
              { service, split, json },
              signal,
            ),
      ),
    )

  const eks = program
    .command('eks')
    .helpGroup(heading('cluster'))
    .summary('on Amazon EKS: push the images, install Istio, remove the shop and Istio')
    .addHelpText(
      'after',
      '\nThe shop itself is deployed with kubectl apply -f dist/eks. All steps, from creating the cluster to deleting it: scripts/cluster/eks/README.md',
    )
  eks
    .command('push')
    .summary(
      'build the images and push them to the ECR registry in cdk8s/settings/eks.ts (NODE_IMAGE sets the base image, default node:24-slim)',
    )
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) => runAction(async () => (await import('../cluster/eks/commands.ts')).pushToRegistry(json)))
  eks
    .command('install')
    .summary(
      'install Istio with its ingress gateway behind an NLB, in the cluster of KUBE_CONTEXT (ADOPT_ISTIO=1 allows changes to an existing Istio)',
    )
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) => runAction(async () => (await import('../cluster/eks/commands.ts')).installIstio(json)))
  eks
    .command('teardown')
    .summary('remove the shop, and Istio with the NLB if this project installed them, from the cluster of KUBE_CONTEXT')
    .option('--yes', 'confirm; without it nothing is removed', false)
    .addOption(jsonOption())
    .action((options: { yes: boolean; json: boolean }) =>
      runAction(async () => (await import('../cluster/eks/commands.ts')).tearDown(options)),
    )
}
