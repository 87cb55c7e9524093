import { once } from 'node:events'
import { endProcesses } from '../scripts/local/processes/end-processes.ts'
import { identify } from '../scripts/local/processes/process-identity.ts'
import { processEnvironments } from '../scripts/local/processes/shop-processes.ts'
import { runVariable } from './mark-run.ts'

/**
 * `reap-run.ts <mark>` beside a run of tests: its stdin ends when the run does, however that ends. Then it ends every process that still has the
 * run's mark: brokers, Envoys, shops, workers.
 */
const [mark = ''] = process.argv.slice(2)
if (mark === '') throw new Error('which run?')

const ofRun = () =>
  [...processEnvironments()]
    .filter(({ variables }) => variables.includes(`${runVariable}=${mark}`))
    .flatMap(({ pid }) => {
      const identity = identify(pid)
      return identity ? [{ name: mark, ...identity }] : []
    })

/** A supervisor may have replaced what had ended before it did. */
const rounds = 5
const politeMs = 5_000

await once(process.stdin.resume(), 'close')
for (let round = 0; round < rounds; round += 1) {
  const left = ofRun()
  if (left.length === 0) break
  await endProcesses(left, politeMs)
}
