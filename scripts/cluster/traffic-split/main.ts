import { parseArgs } from 'node:util'
import { ClusterError } from '../cluster-error.ts'
import { describeFailure } from '../describe-failure.ts'
import { setWeight } from './split-traffic.ts'

const usage = `Usage: npm run -s mesh -- weight <service> <version>=<percent>|off

  weight catalog v2=10   a tenth of catalog's traffic, and all with the header x-stage: canary, goes to v2
  weight catalog off     all to the first version again

Environment: KIND_CLUSTER (breakwater), KUBE_CONTEXT (an existing cluster).`

const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new ClusterError('Stopped; npm run mesh -- weight <service> off takes back what was begun.')))

try {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } })
  const [command, callee, weight, ...rest] = positionals
  if (values.help) console.log(usage)
  else if (command !== 'weight' || !callee || !weight || rest.length > 0) {
    console.error(usage)
    process.exitCode = 2
  } else console.log(await setWeight(process.env, { callee, weight, progress: (line) => console.error(line), signal: stop.signal }))
} catch (error) {
  const { text, exitCode } = describeFailure(error)
  console.error(`breakwater: ${text}`)
  process.exitCode = exitCode
}
