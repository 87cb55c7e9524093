import type { View } from '../context.ts'
import { feed } from '../server/route.ts'
import { silentSince, wallOf } from './wall.ts'

/** A message a look: twice a second and a bit. */
const periodMs = 400
/** A proxy that is slow to answer is not said to be silent. */
const patienceMs = 3_000

/** The breaker wall. Proxies are asked while somebody looks, and not at all else. */
export const wall: View = (context) => [
  feed('/wall', async function* ({ query, signal }) {
    const breakers = await context.breakers()
    // In a cluster the API server carries every answer, and times would double them.
    const latency = context.targetName === 'local'
    let since: ReadonlyMap<string, number> = new Map()
    for await (const look of breakers.watch(signal, { periodMs, latency })) {
      since = silentSince(since, look)
      const silent = [...since].filter(([, sinceMs]) => look.atMs - sinceMs >= patienceMs).map(([name]) => name)
      yield wallOf({ ...look, silent }, breakers.changes(0), query.all === 'yes')
    }
  }),
]
