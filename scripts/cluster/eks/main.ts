import { parseArgs } from 'node:util'
import { ClusterError } from '../cluster-error.ts'
import { runTool } from '../run-tool.ts'
import { install } from './install.ts'
import { push } from './push.ts'
import { teardown } from './teardown.ts'

const usage = `Usage: node scripts/cluster/eks/main.ts <command>

  push        build the images and push them to the ECR registry that cdk8s/settings.ts names (NODE_IMAGE: node:24-slim)
  install     install Istio with its gateway behind an NLB (KUBE_CONTEXT; ADOPT_ISTIO=1 changes an Istio that is there already)
  teardown    remove the shop, and Istio with the NLB when they were installed from here (KUBE_CONTEXT); asks for --yes

The shop itself: kubectl apply -f dist/eks. All steps, from the cluster to its removal: scripts/cluster/eks/README.md`

const progress = (line: string) => console.error(line)

async function run(command: string, yes: boolean): Promise<void> {
  switch (command) {
    case 'push': {
      await runTool(process.execPath, ['cdk8s/main.ts'])
      return console.log(`${(await push(process.env, progress)).length} images pushed.`)
    }
    case 'install':
      return console.log((await install(process.env)) ? 'Istio is installed.' : 'Istio is installed already.')
    case 'teardown':
      if (!yes) throw new ClusterError('This removes the shop and Istio from the cluster: say so with --yes.')
      return console.log(await teardown(process.env, progress))
    default:
      throw new ClusterError(`There is no command ${command}: push, install or teardown.`)
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { yes: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
  })
  const [command] = positionals
  if (values.help || !command) console.log(usage)
  else await run(command, values.yes)
} catch (error) {
  console.error(`breakwater: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
