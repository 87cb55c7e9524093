import { messageOf } from '../cli/command-error.ts'
import type { TargetName } from '../cli/options.ts'
import { openTarget } from '../experiments/commands/open-target.ts'
import { experiments } from '../experiments/shop/experiments.ts'
import { runShopExperiments } from '../experiments/shop/run-shop-experiments.ts'
import type { RunMessage } from './experiments/run-state.ts'

/**
 * One run of one experiment in a process of its own: what it takes is given back afterwards, and it measures undisturbed by who looks. It ends
 * with everything put back when it is told to, and when the console that started it has gone.
 *
 * `node run-experiment.ts <name> <target> <folder of the results>`
 */
const [name = '', target = '', out = ''] = process.argv.slice(2)

const tell = (message: RunMessage): void => {
  if (process.connected) process.send?.(message, undefined, {}, () => {})
}
const ending = new AbortController()
const end = (why: string) => () => ending.abort(new Error(why))
process.on('message', end('somebody ended it from the console'))
process.on('disconnect', end('the console has gone'))
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end(`interrupted by ${signal}`))

try {
  const selected = experiments.filter((experiment) => experiment.name === name)
  const mesh = await openTarget(target as TargetName)
  try {
    await runShopExperiments({
      target: mesh,
      experiments: selected,
      out,
      signal: ending.signal,
      progress: (line) => tell({ kind: 'line', line }),
      news: tell,
    })
  } finally {
    await mesh.close()
  }
} catch (error) {
  tell({ kind: 'error', reason: messageOf(ending.signal.aborted ? ending.signal.reason : error) })
}
if (process.connected) process.disconnect()
