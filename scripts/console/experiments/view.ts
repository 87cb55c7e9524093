import { readFile } from 'node:fs/promises'
import { Type } from 'typebox'
import { reportPage } from '../../experiments/core/report/write-report.ts'
import { readResults } from '../../experiments/core/write-result.ts'
import type { View } from '../context.ts'
import { action, document, feed, get, NotFound } from '../server/route.ts'
import { type LastResult, lastResults } from './last-results.ts'
import type { RunState } from './run-state.ts'
import type { Runnable } from './runs.ts'

/** The folder of results, as `experiment run` has it by default. */
const out = 'out'

/** One line of the list. */
export interface ListedExperiment extends Runnable {
  readonly last?: LastResult
}

/** What the feed of runs says; `run` is absent before the first. */
export interface RunMessageOfFeed {
  readonly run?: RunState
}

/** Experiments: the list, one run at a time, and the report of the last ones. */
export const experiments: View = ({ experiments: runs }) => [
  get('/experiments', async (): Promise<readonly ListedExperiment[]> => {
    const last = lastResults(await readResults(out, () => {}).catch(() => []))
    return (await runs.list()).map((one) => {
      const result = last.get(one.name)
      return { ...one, ...(result && { last: result }) }
    })
  }),
  feed('/experiments/run', async function* ({ signal }) {
    for await (const run of runs.watch(signal)) yield (run ? { run } : {}) satisfies RunMessageOfFeed
  }),
  action('/experiments/start', Type.Object({ name: Type.String({ maxLength: 200 }) }), ({ name }) => runs.start(name)),
  action('/experiments/abort', Type.Object({}), async () => runs.abort()),
  document('/report', async () =>
    readFile(reportPage(out), 'utf8').catch(() => {
      throw new NotFound('there is no report yet: run an experiment')
    }),
  ),
]
