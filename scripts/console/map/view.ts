import type { Look } from '../../breaker-watch/breaker-watch.ts'
import { messageOf } from '../../cli/command-error.ts'
import type { ConsoleContext, View } from '../context.ts'
import { feed } from '../server/route.ts'
import { shared } from '../server/shared.ts'
import type { MapTopology } from './topology.ts'
import { callsTraffic, type MapMessage, topicsTraffic } from './traffic.ts'

/** A rate that changes more often cannot be read. */
const periodMs = 1_000

interface Ends {
  readonly atMs: number
  readonly ends: ReadonlyMap<string, number>
}

/** The map of services that are called and subscribed to, and what goes on between them. All who look share one look. */
export const mapOf =
  (topology: MapTopology): View =>
  (context) => {
    const looking = shared<MapMessage>(async (publish, signal) => {
      let before: { readonly look: Look; readonly ends: Ends | undefined } | undefined
      const breakers = await context.breakers()
      let eventLog: Awaited<ReturnType<ConsoleContext['eventLog']>> | undefined
      for await (const look of breakers.watch(signal, { periodMs })) {
        const ends = await endsOf(topology, async () => {
          eventLog ??= await context.eventLog()
          return eventLog
        }).catch((error: unknown) => messageOf(error))
        const known = typeof ends === 'string' ? undefined : ends
        publish({
          atMs: look.atMs,
          topology,
          calls: callsTraffic(topology, look, before?.look),
          topics: known ? topicsTraffic(topology, known, before?.ends) : [],
          ...(typeof ends === 'string' && { withoutTopics: ends }),
        })
        before = { look, ends: known }
      }
    })
    return [feed('/map', ({ signal }) => looking.watch(signal))]
  }

async function endsOf({ topics }: MapTopology, open: ConsoleContext['eventLog']): Promise<Ends> {
  const eventLog = await open()
  const ends = topics.map(async ({ name }): Promise<readonly [string, number]> => {
    const partitions = await eventLog.endOffsets(name)
    return [name, [...partitions.values()].reduce((sum, end) => sum + end, 0)]
  })
  return { atMs: Date.now(), ends: new Map(await Promise.all(ends)) }
}
