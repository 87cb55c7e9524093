import type { View } from '../context.ts'
import { feed } from '../server/route.ts'
import { wallOf } from './wall.ts'

/** A message a look: twice a second and a bit. */
const periodMs = 400

/** The breaker wall. Proxies are asked while somebody looks, and not at all else. */
export const wall: View = (context) => [
  feed('/wall', async function* ({ query, signal }) {
    const breakers = await context.breakers()
    for await (const look of breakers.watch(signal, { periodMs, latency: true }))
      yield wallOf(look, breakers.changes(0), query.all === 'yes')
  }),
]
