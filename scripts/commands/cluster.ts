import type { Command } from 'commander'
import { jsonOption } from '../cli/options.ts'
import { runAction } from '../cli/run-action.ts'
import { heading } from './map.ts'

const environment = `
Environment
  KIND_CLUSTER    name of the kind cluster (default breakwater); KIND_IMAGE: of its node
  KUBE_CONTEXT    an existing cluster instead; IMAGE_REGISTRY: where one that is not kind pulls from
  PORT            of this machine, at which the gateway answers (default 8080)
  NODE_IMAGE      what images are built on (default node:24-slim)
  ISTIO_OVERLAY   a further file for istioctl install
  ADOPT_ISTIO=1   an Istio that was not installed from here may be changed`

/** `deploy`, `undeploy`, `traffic split`, `eks …`. */
export function addClusterCommands(program: Command): void {
  program
    .command('deploy')
    .helpGroup(heading('cluster'))
    .summary('create a kind cluster with Istio if missing, build images, apply, wait until ready')
    .description(
      'Creates the kind cluster if it is missing, installs Istio, builds and loads the images, applies dist/kind, waits until all is ready.\nEach step does only what is not so yet.',
    )
    .addOption(jsonOption())
    .addHelpText('after', environment)
    .action(({ json }: { json: boolean }) =>
      runAction(async ({ signal }) => (await import('../cluster/commands.ts')).deployShop(json, signal)),
    )

  program
    .command('undeploy')
    .helpGroup(heading('cluster'))
    .summary("remove the kind cluster (with KUBE_CONTEXT only the shop's namespaces)")
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) => runAction(async () => (await import('../cluster/commands.ts')).undeployShop(json)))

  program
    .command('traffic')
    .helpGroup(heading('cluster'))
    .summary("split a service's traffic between two versions, live (traffic split catalog v2=10)")
    .command('split')
    .argument('<service>', 'e.g. catalog')
    .argument('<split>', '<version>=<percent>, or off: all to the first version again')
    .summary('v2=10: a tenth of the traffic, and all with the header x-stage: canary, to v2')
    .addHelpText(
      'after',
      `
  npx breakwater traffic split catalog v2=10   a tenth of catalog's traffic, and all with the header x-stage: canary, goes to v2
  npx breakwater traffic split catalog off     all to the first version again

Environment: KIND_CLUSTER (breakwater), KUBE_CONTEXT (an existing cluster)`,
    )
    .addOption(jsonOption())
    .action((service: string, split: string, { json }: { json: boolean }) =>
      runAction(async ({ signal }) => (await import('../cluster/commands.ts')).splitTraffic({ service, split, json }, signal)),
    )

  const eks = program
    .command('eks')
    .helpGroup(heading('cluster'))
    .summary('on Amazon EKS: push the images, install Istio, take both away')
    .addHelpText(
      'after',
      '\nThe shop itself: kubectl apply -f dist/eks. All steps, from the cluster to its removal: scripts/cluster/eks/README.md',
    )
  eks
    .command('push')
    .summary('build the images and push them to the ECR registry that cdk8s/settings/eks.ts names (NODE_IMAGE: node:24-slim)')
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) => runAction(async () => (await import('../cluster/eks/commands.ts')).pushToRegistry(json)))
  eks
    .command('install')
    .summary('install Istio with its gateway behind an NLB (KUBE_CONTEXT; ADOPT_ISTIO=1 changes an Istio that is there already)')
    .addOption(jsonOption())
    .action(({ json }: { json: boolean }) => runAction(async () => (await import('../cluster/eks/commands.ts')).installIstio(json)))
  eks
    .command('teardown')
    .summary('remove the shop, and Istio with the NLB when they were installed from here (KUBE_CONTEXT)')
    .option('--yes', 'it is meant', false)
    .addOption(jsonOption())
    .action((options: { yes: boolean; json: boolean }) =>
      runAction(async () => (await import('../cluster/eks/commands.ts')).tearDown(options)),
    )
}
